"""Text that comes from outside."""


def is_unicode(text: str) -> bool:
    """Tell whether text can be written down: JSON can name half a character (a lone surrogate), which nothing keeps."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
