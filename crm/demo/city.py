"""What Northmoor is made of: its council, areas, employers, providers and names. Data, all of it invented."""

from dataclasses import dataclass

from crm.core.access import Role
from crm.employers.models import LegalForm
from crm.interactions.models import Outcome
from crm.providers.models import ProviderType, YearGroup

COUNCIL = "Northmoor City Council"
AREAS = (
    ("Castle", "NM1 1"),
    ("Market", "NM1 4"),
    ("University", "NM2 7"),
    ("Eastgate", "NM3 2"),
    ("Kilnfield", "NM4 5"),
    ("Fernhill", "NM5 6"),
    ("Oldbridge", "NM6 3"),
    ("Moorside", "NM7 8"),
    ("Docklands", "NM8 9"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in. Their address and password are for trying things out, nothing else."""

    name: str
    role: Role

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@example.com"

    @property
    def password(self) -> str:
        return f"northmoor-{self.role.value}"


PEOPLE = (
    Person("Priya Shah", Role.OFFICER),
    Person("Tobi Okafor", Role.OFFICER),
    Person("Lena Byrne", Role.OFFICER),
    Person("Marcus Webb", Role.OFFICER),
    Person("Hana Lindqvist", Role.OFFICER),
    Person("Ruth Calloway", Role.MANAGER),
    Person("Sam Adeyemi", Role.ADMIN),
    Person("Jo Prendergast", Role.PARTNER),
    Person("Colin Tran", Role.PROVIDER),
)


@dataclass(frozen=True, slots=True)
class Firm:
    """An employer: name, size band, line of work and area, as the demo data will have them."""

    name: str
    size: str  # name of the size band; empty for not known
    trade: str  # key of TRADES
    area: str
    form: LegalForm = LegalForm.COMPANY
    also: str = ""  # a second sector


@dataclass(frozen=True, slots=True)
class Trade:
    """What a line of work has to show to young people."""

    sector: str
    titles: tuple[str, ...]  # of placements and visits
    topics: tuple[str, ...]  # of talks
    jobs: tuple[str, ...]  # of the people who speak for it


TRADES = {
    "digital": Trade(
        "Digital",
        ("A week in the studio", "Build a small app", "Testing with the team"),
        ("How a game is made", "Staying safe online, from people who test it", "My way into software"),
        ("Technical director", "Studio manager", "People lead"),
    ),
    "science": Trade(
        "STEM",
        ("A week in the laboratory", "Measure, draw, make", "Engineering taster"),
        ("What an engineer does all day", "Lenses, lasers and apprenticeships"),
        ("Chief engineer", "Laboratory manager", "Office manager"),
    ),
    "green": Trade(
        "Green economy",
        ("Fitting a heat pump", "A week with the solar team", "Where recycling goes"),
        ("Green jobs in Northmoor", "Why your school roof wants panels"),
        ("Operations director", "Training lead", "Site manager"),
    ),
    "building": Trade(
        "Modern methods of construction",
        ("A week in the workshop", "On site with the team", "From drawing to doorstep"),
        ("Building houses in a factory", "Trades, tickets and apprenticeships"),
        ("Owner", "Contracts manager", "Workshop lead"),
    ),
    "making": Trade(
        "Advanced manufacturing",
        ("A week on the shop floor", "Clay to kiln", "Robots and the people who run them"),
        ("Making things in Northmoor", "What a precision machinist does"),
        ("Works manager", "Apprenticeship lead", "Finance and people director"),
    ),
    "care": Trade(
        "Health and social care",
        ("A week on the ward", "A week with the care team", "Behind the counter"),
        ("Careers in care", "A hundred jobs in a hospital"),
        ("Registered manager", "Learning and development lead", "Practice manager"),
    ),
    "hospitality": Trade(
        "Hospitality and tourism",
        ("A week in the kitchen", "Front of house taster", "Behind the scenes"),
        ("Running a café", "From pot-wash to head chef"),
        ("Owner", "General manager", "Head chef"),
    ),
    "retail": Trade(
        "Retail and logistics",
        ("A week in the shop", "A day in the depot", "Stock, tills and customers"),
        ("How a parcel finds you", "Starting a shop"),
        ("Shop manager", "Depot manager", "Owner"),
    ),
    "business": Trade(
        "Business and professional services",
        ("A week in the office", "Meet the accountants", "Design and print taster"),
        ("What a solicitor really does", "Money: where accountants come in"),
        ("Partner", "Practice manager", "Director"),
    ),
    "public": Trade(
        "Public services and education",
        ("A week in the service", "Behind the front desk", "Watch change-over at the station"),
        ("Working for your city", "Firefighter, planner, librarian"),
        ("Head of people", "Apprenticeships officer", "Community lead"),
    ),
    "other": Trade(
        "Other",
        ("A week with us", "A day behind the microphone", "Helping on a Saturday team"),
        ("Working for yourself", "Turning a hobby into a job"),
        ("Owner", "Coordinator", "Chair"),
    ),
}

_LLP, _SOLE, _PARTNERS = LegalForm.LLP, LegalForm.SOLE_TRADER, LegalForm.PARTNERSHIP
_CHARITY, _PUBLIC = LegalForm.CHARITY, LegalForm.PUBLIC_BODY
MICRO, SMALL, MEDIUM, LARGE = "1–9", "10–49", "50–249", "250+"

FIRMS = (
    Firm("Alder & Finch Joinery Ltd", SMALL, "building", "Castle"),
    Firm("Brickwren Homes Ltd", MEDIUM, "building", "Docklands"),
    Firm("Bumblewick Bakery", MICRO, "hospitality", "Market", _PARTNERS),
    Firm("Candlewick Design & Print Ltd", MICRO, "business", "Castle", also="Digital"),
    Firm("Castlegate Rooms Hotel Ltd", SMALL, "hospitality", "Castle"),
    Firm("Cobbleware Systems Ltd", SMALL, "digital", "University"),
    Firm("Coilbrook Springs Ltd", MEDIUM, "making", "Kilnfield"),
    Firm("Copperkettle Café", MICRO, "hospitality", "Market", _SOLE),
    Firm("Docklane Freight Ltd", MEDIUM, "retail", "Docklands"),
    Firm("Fennimoor Engineering Ltd", LARGE, "science", "Kilnfield", also="Advanced manufacturing"),
    Firm("Fernhill Dental Rooms", SMALL, "care", "Fernhill", _PARTNERS),
    Firm("Fettlewell Castings Ltd", SMALL, "making", "Kilnfield"),
    Firm("Fossil & Fern Books", MICRO, "retail", "University", _SOLE),
    Firm("Gablewright Builders Ltd", SMALL, "building", "Oldbridge"),
    Firm("Glazewright Tiles Ltd", MEDIUM, "making", "Kilnfield"),
    Firm("Hartlebeck Instruments Ltd", SMALL, "science", "University"),
    Firm("Hedgerow Hair", MICRO, "other", "Fernhill", _SOLE),
    Firm("Inkwell & Thornby Solicitors LLP", SMALL, "business", "Castle", _LLP),
    Firm("Kilnfield Pottery Trust", MICRO, "hospitality", "Kilnfield", _CHARITY, also="Advanced manufacturing"),
    Firm("Kindlebrook Homecare Ltd", MEDIUM, "care", "Eastgate"),
    Firm("Lanternmoor Retrofit Ltd", SMALL, "green", "Eastgate", also="Modern methods of construction"),
    Firm("Larkspindle Cyber Ltd", SMALL, "digital", "University"),
    Firm("Lilybank House Hospice", MEDIUM, "care", "Moorside", _CHARITY),
    Firm("Marigold Court Care Home Ltd", SMALL, "care", "Eastgate"),
    Firm("Moorgear Precision Ltd", MEDIUM, "making", "Oldbridge", also="STEM"),
    Firm("Moorlight Data Ltd", MICRO, "digital", "Castle"),
    Firm("Moorside Garden Barn Ltd", SMALL, "retail", "Moorside", also="Green economy"),
    Firm("Mossgate Heat Pumps Ltd", SMALL, "green", "Oldbridge"),
    Firm("Northmoor Area Hospitals Trust", LARGE, "care", "Moorside", _PUBLIC),
    Firm("Northmoor Community Radio", MICRO, "other", "Market", _CHARITY, also="Digital"),
    Firm("Northmoor Fire and Rescue", LARGE, "public", "Eastgate", _PUBLIC),
    Firm("Northmoor Libraries Trust", MEDIUM, "public", "Market", _CHARITY),
    Firm("Northmoor Trams Ltd", LARGE, "retail", "Docklands"),
    Firm("Oakhurdle Timber Frames Ltd", SMALL, "building", "Docklands", also="Green economy"),
    Firm("Otterbrook Recycling Ltd", MEDIUM, "green", "Docklands"),
    Firm("Panelcroft Modular Ltd", LARGE, "building", "Kilnfield", also="Advanced manufacturing"),
    Firm("Parcelwren Couriers", SMALL, "retail", "Docklands", _PARTNERS),
    Firm("Pedalhatch Cycles", MICRO, "retail", "University", _SOLE),
    Firm("Pixelwren Studio Ltd", MICRO, "digital", "Castle"),
    Firm("Plumwick Brokers Ltd", SMALL, "business", "Castle"),
    Firm("Puffin & Plate", SMALL, "hospitality", "Docklands", _PARTNERS),
    Firm("Quillbyte Software Ltd", SMALL, "digital", "University"),
    Firm("Ravelstitch Textiles Ltd", SMALL, "making", "Oldbridge"),
    Firm("Reloop Northmoor", MICRO, "green", "Market", _CHARITY),
    Firm("Robin & Rivet Robotics Ltd", SMALL, "making", "Kilnfield", also="STEM"),
    Firm("Saffron Lantern", MICRO, "hospitality", "Eastgate", _PARTNERS),
    Firm("Skylark Ceramics Works Ltd", LARGE, "making", "Kilnfield"),
    Firm("Stonebeck & Daughters Ltd", MICRO, "building", "Moorside"),
    Firm("Sunnyslate Solar Ltd", SMALL, "green", "Fernhill"),
    Firm("Tallybrook Accountants LLP", SMALL, "business", "Market", _LLP),
    Firm("The Moorview Museum", SMALL, "hospitality", "Castle", _CHARITY, also="Public services and education"),
    Firm("Thimble Lane Theatre", MICRO, "other", "Castle", _CHARITY),
    Firm("Thistlewind Energy Ltd", MEDIUM, "green", "Moorside", also="STEM"),
    Firm("Tinderfox Games Ltd", SMALL, "digital", "University"),
    Firm("Tumbledown Farm Visits", MICRO, "hospitality", "Moorside", _SOLE),
    Firm("Waggle & Wash Grooming", MICRO, "other", "Fernhill", _SOLE),
    Firm("Weatherby Pike Surveyors LLP", SMALL, "building", "Market", _LLP, also="Business and professional services"),
    Firm("Willowmoor Pharmacy Ltd", SMALL, "care", "Fernhill"),
    Firm("Wrenhouse Web Ltd", MICRO, "digital", "Market"),
    Firm("Yarrow & Pike Veterinary Surgery", "", "science", "Fernhill", _PARTNERS),
)


@dataclass(frozen=True, slots=True)
class School:
    """A provider: name, type, area, how many young people it has by year group, and what its references look like."""

    name: str
    type: ProviderType
    area: str
    contact: str
    code: str
    cohorts: dict[YearGroup, int]


_10, _11, _12, _13 = YearGroup.YEAR_10, YearGroup.YEAR_11, YearGroup.YEAR_12, YearGroup.YEAR_13
_18_TO_24 = YearGroup.AGED_18_TO_24

SCHOOLS = (
    School("Fernhill High School", ProviderType.SCHOOL, "Fernhill", "Anita Rowe", "FHS", {_10: 62, _11: 58}),
    School("Castle Rise Academy", ProviderType.SCHOOL, "Castle", "Gareth Pole", "CRA", {_10: 48}),
    School("Eastgate Park School", ProviderType.SCHOOL, "Eastgate", "Mo Rahman", "EPS", {_10: 44}),
    School("Priory Bank School", ProviderType.SPECIAL_SCHOOL, "Oldbridge", "Della Finn", "PBS", {_10: 14, _11: 12}),
    School("Lockside Centre", ProviderType.ALTERNATIVE_PROVISION, "Docklands", "Ken Abara", "LSC", {_10: 16, _11: 19}),
    School("Northmoor Sixth Form", ProviderType.SIXTH_FORM, "University", "Isla Grant", "NSF", {_12: 56}),
    School("Northmoor City College", ProviderType.COLLEGE, "Market", "Dev Anand", "NCC", {_12: 70, _13: 51}),
    School("Springboard Northmoor", ProviderType.THIRD_SECTOR, "Kilnfield", "Wendy Osei", "SPR", {_18_TO_24: 45}),
)

_FIRST_NAMES = (
    "Dawn Samir Eileen Chris Nia Pat Kay Jo Amara Tom Bex Olu Fiona Iqbal Megan Wei Rosa Callum Zara Hugh Precious Ali "
    "Greta Kofi Maeve Luca Sunita Bryn Esther Femi Harriet Ivan Jasmin Keith Leila Moira Nadia Oscar Petra Quentin "
    "Rhys Sofia Trevor Uma Vera Wes Yusuf Agnes Bilal Carys"
)
_LAST_NAMES = (
    "Alderson Patel Dunmore Mbeki Evans Gilroy Jessop Lindley Osei Barker Chaudhry Doyle Eze Farrow Grewal Hallam Ince "
    "Jarvis Kaur Lamb Mistry Nowak Oakes Pryce Quayle Rossi Sandhu Tate Unwin Vance Whitlock Xu Yates Zielinski Amos "
    "Birch Corrigan Dhillon Ennis Foy"
)
FIRST_NAMES, LAST_NAMES = _FIRST_NAMES.split(), _LAST_NAMES.split()
STREETS = ("Mill Lane", "Kiln Street", "Harbour Road", "Priory Walk", "Station Road", "Weavers Row", "Tram Street")

# What was said, and what came of it.
CALLS: tuple[tuple[str, Outcome | None], ...] = (
    ("Rang to introduce the pledge. Friendly, wants an e-mail with the details.", Outcome.SPOKE),
    ("Talked through what a good week looks like. They prefer Year 10 and can host two at a time.", Outcome.INTERESTED),
    ("Left a message with the front desk.", Outcome.LEFT_MESSAGE),
    ("Asked about insurance and risk assessment; sent them our one-page guide.", Outcome.SPOKE),
    ("They enjoyed the last group and would have them back.", Outcome.INTERESTED),
    ("Busy until the end of the month, then happy to talk dates.", Outcome.NOT_NOW),
    ("Agreed to a talk for a small group rather than a stall at the careers fair.", Outcome.AGREED),
    ("Caught up after the placement: both young people were on time every day.", Outcome.SPOKE),
    ("Their supervisor changed. Introduced ourselves to the new one.", Outcome.SPOKE),
    ("Would like young people who live nearby, because the first tram is at seven.", Outcome.INTERESTED),
    ("Asked whether an online presentation would count. Explained that it is counted on its own.", None),
    ("Met at the business breakfast. Interested in mentoring.", Outcome.INTERESTED),
    ("Rang twice, no answer.", Outcome.NO_ANSWER),
    ("Sent the leaflet about small groups.", Outcome.SENT),
)
NEXT_STEPS = (
    "Ring to agree dates",
    "Send the pledge form",
    "Visit the site",
    "Ask for names of supervisors",
    "Check how the placement is going",
    "Send thank-you letter",
    "Introduce them to the school",
    "Chase the signed pledge",
)
WHY_NOT = (
    "Not this year, we are moving premises in spring.",
    "Our insurance does not cover under-18s on the shop floor.",
)
WHY_WITHDRAWN = "The workshop closes for refitting until the summer."
WHY_CANCELLED = ("The supervisor fell ill.", "Mock exams were moved into that week.", "Too few young people signed up.")
