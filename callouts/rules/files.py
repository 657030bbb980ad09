"""What a file that goes with a call-off most likely is."""

MOST_FILES = 10
DATA_SHEET, NOFO, PHOTO, OTHER = "data_sheet", "nofo", "photo", "other"
# Words of file names, in lower case.
SAYS_DATA_SHEET = ("datablad", "sikkerhetsblad", "tryggleiks", "sds", "safety data", "safety_data", "safety-data")


def guessed_kind(name: str, *, is_picture: bool) -> str:
    """Return the kind of a file by its name: a picture is a photo unless the name says otherwise."""
    said = name.lower()
    if "nofo" in said:
        return NOFO
    if any(word in said for word in SAYS_DATA_SHEET):
        return DATA_SHEET
    return PHOTO if is_picture else OTHER
