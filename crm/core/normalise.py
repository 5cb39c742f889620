"""One spelling for what people write in many: postcodes, phones, addresses, numbers, names.

Pure. Each function returns the spelling we store and search by, or raises ValueError with a message that tells the
person at the keyboard what to do.
"""

import re
import unicodedata
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

POSTCODE = re.compile(
    # The outward half, then the inward one. ZZ is nowhere: invented employers have it.
    r"(GIR|ZZ\d{1,2}|[A-PR-UWYZ](?:\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d(?:\d|[ABEHMNPRVWXY])?))"
    r"(\d[ABD-HJLNP-UW-Z]{2})"
)
OUTWARD_ONLY = re.compile(r"ZZ\d{1,2}|[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?")

# The registers whose numbers people shorten: a prefix and up to six digits.
SHORTENED = re.compile(
    r"(AC|BR|C[ES]|ES|F[CE]|G[ENS]|I[CP]|LP|N[ACFILOPRV]|O[CE]|PC|R[CS]|S[ACEFGILOPRZ]|ZC)([0-9]{1,6})"
)

PHONE_SHAPE = re.compile(
    r"(?:(?:tel|mob|t|m)\s*[:.]?\s*)?([+\d(][\d\s()./+–-]*?)(?:\s*(?:x|ext\.?|extension|#)\s*(\d{1,6}))?", re.IGNORECASE
)
PLAIN_PHONE = re.compile(r"0([1-9][0-9]{9})")  # most numbers; long lists are read ten times faster for it
BETWEEN_PHONES = re.compile(r"\s*(?:[/;,|&\n]|\bor\b|\band\b)\s*", re.IGNORECASE)
PHONE_HELP = "Enter a phone number, like 01632 960001 or 07700 900982"

LEGAL_ENDINGS = ("ltd", "limited")
INITIALS = re.compile(r"\b(\w)\.(?=\w\b)")
# Letters that do not come apart into a base letter and an accent.
UNACCENTED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})

OWN_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+-]*:(?!\d)", re.IGNORECASE)
WEBSITE_HELP = "Enter a website address, like www.example.com"
LONGEST_WEBSITE = 255


def as_text(value: str | float) -> str:
    """A cell or a form field as one line of text: 1632960038.0 is 1632960038, odd spaces and widths are plain ones."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    if not text.isascii() or not text.isprintable():
        wide = unicodedata.normalize("NFKC", text)
        text = "".join(character for character in wide if character.isspace() or not _is_invisible(character))
    return " ".join(text.split())


def postcode(value: str | float) -> str:
    """A full postcode as Royal Mail writes it: "st92aa" is "ST9 2AA".

    The letter O where only a zero can stand is read as the zero.
    """
    squeezed = re.sub(r"[\W_]+", "", as_text(value).upper())
    if len(squeezed) > 3 and squeezed[-3] == "O":  # noqa: PLR2004 – the second half has three characters
        squeezed = f"{squeezed[:-3]}0{squeezed[-2:]}"
    match = POSTCODE.fullmatch(squeezed)
    if match is None:
        raise ValueError("Enter a full postcode, like ST1 4HT")
    return f"{match[1]} {match[2]}"


def is_part_of_a_postcode(value: str | float) -> bool:
    """Whether this is only the first half, like "ST4": too little to store, no reason to think two places differ."""
    return OUTWARD_ONLY.fullmatch(re.sub(r"\s", "", as_text(value).upper())) is not None


def phone(value: str | float) -> str:
    """A phone number as +441632960961, with " x21" after it if there is an extension.

    A number that lost its leading zero in a spreadsheet is read as a British one.
    """
    text = as_text(value)
    if plain := PLAIN_PHONE.fullmatch(text.replace(" ", "")):
        return f"+44{plain[1]}"
    shape = PHONE_SHAPE.fullmatch(re.sub(r"^(\d+)\.0$", r"\1", text))
    if shape is None:
        raise ValueError(PHONE_HELP)
    try:
        number = phonenumbers.parse(shape[1], "GB")
    except phonenumbers.NumberParseException:
        raise ValueError(PHONE_HELP) from None
    # Possible, not valid: numbers reserved for drama, which we use as examples, are never valid.
    if not phonenumbers.is_possible_number(number):
        raise ValueError(PHONE_HELP)
    international = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{international} x{shape[2]}" if shape[2] else international


def email(value: str | float) -> str:
    """An e-mail address in small letters, in any script. Punctuation left over from a list is dropped."""
    text = as_text(value).removeprefix("mailto:").rstrip(";,. ")
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise ValueError("Enter an e-mail address in full, like name@example.com") from None


def company_number(value: str | float) -> str:
    """A number from Companies House or another British register: eight characters, like 00452083 or SC272838.

    Zeros lost in a spreadsheet are put back. Charities, societies and public bodies have numbers such as IP28985R,
    SP1728RS, MUT0148B or 581R2276, so eight letters and digits with at least one digit pass as they are.
    """
    squeezed = re.sub(r"[\s-]|\.0$", "", as_text(value).upper())
    if re.fullmatch(r"[0-9]{1,8}", squeezed):
        squeezed = squeezed.zfill(8)
    elif shortened := SHORTENED.fullmatch(squeezed):
        squeezed = shortened[1] + shortened[2].zfill(6)
    if not re.fullmatch(r"(?=.*[1-9])[A-Z0-9]{8}", squeezed):
        raise ValueError("Enter a company number of 8 characters, like 01234567 or SC123456")
    return squeezed


def website(value: str | float) -> str:
    """A web address with its scheme, which is http or https and nothing else: these become links."""
    text = as_text(value)
    scheme = OWN_SCHEME.match(text)
    if scheme is None and not OTHER_SCHEME.match(text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(WEBSITE_HELP) from None
    if parts.scheme not in {"http", "https"} or "." not in host.strip(".") or re.search(r"[\s\"<>\\@]", parts.netloc):
        raise ValueError(WEBSITE_HELP)
    address = parts._replace(netloc=f"{host}:{port}" if port else host).geturl()
    if re.search(r"[\s\"<>\\]", address) or len(address) > LONGEST_WEBSITE:
        raise ValueError(WEBSITE_HELP)
    return address


def name_key(name: str) -> str:
    """What two spellings of an employer's name have in common: the key we match by, never shown.

    "The Jubilee Care Home LTD." and "Jubilee care home Limited" agree; "Jubilee Care Home plc" is somebody else.
    """
    words = plain_words(name)
    while len(words) > 1 and words[-1] in LEGAL_ENDINGS:
        words.pop()
    if len(words) > 1 and words[0] == "the":
        del words[0]
    if not words:
        raise ValueError("Enter the employer’s name")
    return " ".join(words)


def plain_words(text: str) -> list[str]:
    """The words of a name in small letters, without accents, apostrophes and marks."""
    folded = unicodedata.normalize("NFKD", as_text(text).casefold()).translate(UNACCENTED)
    unaccented = "".join(character for character in folded if not unicodedata.combining(character))
    joined = re.sub(r"['’‘`]", "", re.sub(r"[&+]", " and ", INITIALS.sub(r"\1", unaccented)))
    return re.sub(r"[\W_]+", " ", joined).split()


def _is_invisible(character: str) -> bool:
    """Control characters, byte order marks and zero-width joiners."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"}
