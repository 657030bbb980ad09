"""Which phone numbers a text message can be sent to."""

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

# Some countries (the United States among them) do not tell mobile from landline by the number.
CAN_GET_SMS = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def usable_mobile(written: str) -> str:
    """Return the number as E.164 ("+4791234567"), or "" when it is no number or no mobile.

    Accepts what people write: "912 34 567", "0047 912 34 567", "+46 70 123 45 67". Numbers without a country code
    are Norwegian.
    """
    try:
        number = phonenumbers.parse(written, "NO")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in CAN_GET_SMS:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
