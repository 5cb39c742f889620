"""What a column of a spreadsheet can be imported as, and the headings it usually has."""

from collections.abc import Mapping
from enum import StrEnum


class SheetKind(StrEnum):
    """What the rows of a sheet are."""

    EMPLOYERS = "employers"
    LOG = "log"
    LEFT_OUT = "left_out"

    @property
    def label(self) -> str:
        return {"employers": "Employers and their contacts", "log": "Contact log", "left_out": "Leave out"}[self]


class Target(StrEnum):
    """What a column can be imported as. The value is stored with a run."""

    NAME = "name"
    TRADING_NAME = "trading_name"
    COMPANY_NUMBER = "company_number"
    LEGAL_FORM = "legal_form"
    SIZE = "size"
    LOCAL_HEADCOUNT = "local_headcount"
    SECTORS = "sectors"
    SIC_CODES = "sic_codes"
    ADDRESS = "address"
    POSTCODE = "postcode"
    WEBSITE = "website"
    OWNER = "owner"
    CONTACTS = "contacts"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    JOB_TITLE = "job_title"
    PHONE = "phone"
    MOBILE = "mobile"
    EMAIL = "email"
    MAIN_PHONE = "main_phone"
    MAIN_EMAIL = "main_email"
    HAPPENED_ON = "happened_on"
    OFFICERS = "officers"
    CHANNEL = "channel"
    DIRECTION = "direction"
    OUTCOME = "outcome"
    SUMMARY = "summary"
    MORE = "more"
    NEXT_STEP = "next_step"
    DUE_ON = "due_on"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def may_repeat(self) -> bool:
        """Whether several columns may be imported as this."""
        return self is Target.MORE


LABELS = {
    Target.NAME: "Employer name",
    Target.TRADING_NAME: "Trading name",
    Target.COMPANY_NUMBER: "Company number",
    Target.LEGAL_FORM: "Legal form",
    Target.SIZE: "Size (people in the whole enterprise)",
    Target.LOCAL_HEADCOUNT: "Local headcount",
    Target.SECTORS: "Sectors",
    Target.SIC_CODES: "SIC code",
    Target.ADDRESS: "Address",
    Target.POSTCODE: "Postcode",
    Target.WEBSITE: "Website",
    Target.OWNER: "Owner (officer)",
    Target.CONTACTS: "Contact names",
    Target.FIRST_NAME: "Contact’s first name",
    Target.LAST_NAME: "Contact’s last name",
    Target.JOB_TITLE: "Contact’s job title",
    Target.PHONE: "Phone (of the contact, if one is named)",
    Target.MOBILE: "Mobile (of the contact)",
    Target.EMAIL: "E-mail (of the contact, if one is named)",
    Target.MAIN_PHONE: "Main phone of the employer",
    Target.MAIN_EMAIL: "Main e-mail of the employer",
    Target.HAPPENED_ON: "Log: date of the contact",
    Target.OFFICERS: "Log: who of ours",
    Target.CHANNEL: "Log: call, e-mail, meeting …",
    Target.DIRECTION: "Log: who began it",
    Target.OUTCOME: "Log: outcome, or whether it happened",
    Target.SUMMARY: "Log: what was said",
    Target.MORE: "Log: more, added to what was said",
    Target.NEXT_STEP: "Log: next step",
    Target.DUE_ON: "Log: next step by when",
}

# The usual headings without spaces, points and capitals.
LAST_CONTACT = (
    "lastcontacted lastcontact dateoflastcontact lastcontactdate datelastcontacted lastspoke lastspoken "
    "lastcontactedon datelastspoke datelastspoken datelastspoketo lastspoketo lastspokento lastcalled lastrang "
    "datelastcalled dateoflastconversation lastcontactmade"
)
COMMON = {
    Target.NAME: "employer employername nameofemployer name company companyname business businessname organisation "
    "organisationname organization firm nameofcompany nameofbusiness nameoforganisation companyemployer "
    "employercompany employerorganisation org orgname firmname hostemployer",
    Target.COMPANY_NUMBER: "companynumber companyno cono conumber crn companyregistrationnumber companyregno "
    "companieshousenumber companieshouseno registrationnumber registeredno registerednumber coregno coregnumber "
    "regno companyreg companyregnumber companyregistrationno companyregistration companieshouse companieshouseref "
    "chnumber",
    Target.CONTACTS: "contact contacts contactname contactnames contactperson keycontact maincontact namedcontact "
    "spoketo spokewith whowespoketo personspokento speaker speakers primarycontact leadcontact hrcontact "
    "namedcontacts contactsname contactspokento contactsspokento speakername guestspeaker guestspeakers who person "
    "people whothere pointofcontact names staffnames whowedealwith dealwith theircontact",
    Target.FIRST_NAME: "firstname forename givenname contactfirstname contactforename",
    Target.LAST_NAME: "lastname surname familyname contactlastname contactsurname",
    Target.JOB_TITLE: "job jobtitle contactjobtitle role contactrole position post occupation",
    Target.PHONE: "tel telephone telno telephoneno telephonenumber phone phoneno phonenumber contactnumber "
    "contactphone contacttel contacttelephone contactno contactnos phonenos telephonenos telmob phonemobile "
    "directdial dialno bestnumber "
    "telnumber telephonemobile phonenumbers landline worktel workphone contacttelno directline",
    Target.MOBILE: "mobile mob mobileno mobilenumber mobilephone contactmobile mobno mobilephoneno cell cellphone",
    Target.EMAIL: "email emailaddress contactemail contactemailaddress mail emails emailaddresses contactemails",
    Target.HAPPENED_ON: f"{LAST_CONTACT} dateofcontact contactdate datecontacted contactedon",
    Target.SUMMARY: "notes note comment comments contactnotes lastconversation conversationnotes update updates "
    "whatwassaid notescomments callnotes latestupdate "
    "whatwasdiscussed discussed notesofcall callsummary summaryofcontact",
    Target.NEXT_STEP: "nextstep nextsteps nextaction action actions actionrequired actionneeded followup todo "
    "furtheraction followupaction followupactions nextactions whatnext actionpoints",
    Target.DUE_ON: "bywhen due dueby duedate deadline actionby actiondate followupdate followupby nextactiondate "
    "nextactionby nextstepby nextstepdate chaseby chasedate nextcontact reviewdate actiondue actionduedate bywhendate "
    "followupdue followupduedate todoby "
    "nextcontactdue nextcontacton nextcalldue callbackdate",
}
OF_EMPLOYERS = {
    Target.TRADING_NAME: "tradingname tradingas tradesas knownas aka",
    Target.LEGAL_FORM: "legalform legalstatus companytype organisationtype businesstype",
    Target.SIZE: "employersize size sizeband companysize noofemployees numberofemployees employees employeenumbers "
    "sizeoforg sizeoforganisation sizeofcompany sizeofbusiness sizeofemployer noofpeople numberofpeople totalstaff fte "
    "staff noofstaff numberofstaff headcount workforce",
    Target.LOCAL_HEADCOUNT: "localheadcount localstaff localemployees staffonsite employeesonsite",
    Target.SECTORS: "sector sectors industry industries growthsector typeofbusiness natureofbusiness",
    Target.SIC_CODES: "siccode siccodes sic sic2007 sic07",
    Target.ADDRESS: "address fulladdress registeredaddress postaladdress businessaddress",
    Target.POSTCODE: "postcode postalcode postzip zip pcode",
    Target.WEBSITE: "website web webaddress websiteaddress url homepage",
    Target.OWNER: "officer owner lead leadname ourlead leadofficer engagementofficer accountmanager "
    "relationshipmanager ourcontact ourofficer whofromus whoofours adviser advisor councilofficer officername "
    "bywhom lastcontactedby contactedby "
    "assignedto",
    Target.MAIN_PHONE: "mainphone maintelephone switchboard mainnumber officephone",
    Target.MAIN_EMAIL: "mainemail generalemail officeemail enquiriesemail",
}
OF_THE_LOG = {
    Target.HAPPENED_ON: "date when day dateofcall calldate dateandtime datetime activitydate dateofactivity "
    "dateofvisit visitdate dateofmeeting meetingdate logdate entrydate datelogged dateoftalk talkdate dateofevent "
    "eventdate dateofsession sessiondate dateheld",
    Target.OFFICERS: "officer officers by loggedby contactedby calledby takenby lead leadofficer owner adviser "
    "advisor engagementofficer staff staffmember ourofficer ourofficers whoofours us initials accountmanager "
    "bywhom "
    "officername staffname madeby recordedby enteredby ourcontact ourlead teammember whofromus councilofficer",
    Target.CHANNEL: "channel method how type typeofcontact contacttype contactmethod methodofcontact medium means via "
    "mode activity activitytype typeofactivity interaction interactiontype communication format",
    Target.DIRECTION: "direction inout incomingoutgoing inboundoutbound",
    Target.OUTCOME: "outcome result happened didithappen status response wentahead tookplace didittakeplace delivered",
    Target.SUMMARY: "summary details detail discussion what description subject whathappened remarks "
    "briefdescription "
    "conversation purpose reason topic talk session theme",
    Target.MORE: "school schools college provider academy schoolcollege schoolorcollege venue location place where "
    "time start starttime noyp noofyp numberofyp youngpeople noofyoungpeople pupils noofpupils students noofstudents "
    "groupsize yeargroup yeargroups",
}


def _by_heading(*several: Mapping[Target, str]) -> dict[str, Target]:
    return {heading: target for each in several for target, headings in each.items() for heading in headings.split()}


MEANINGS = {
    SheetKind.EMPLOYERS: _by_heading(COMMON, OF_EMPLOYERS),
    SheetKind.LOG: _by_heading(COMMON, OF_THE_LOG),
}
# What a kind of sheet can be asked to hold, in the order of the form.
OFFERED = {
    SheetKind.EMPLOYERS: tuple(
        each
        for each in Target
        if each not in {Target.OFFICERS, Target.CHANNEL, Target.DIRECTION, Target.OUTCOME, Target.MORE}
    ),
    SheetKind.LOG: (
        Target.NAME,
        *(each for each in Target if each in COMMON and each is not Target.NAME),
        *(each for each in OF_THE_LOG if each not in COMMON),
    ),
}
# What a list says of employers and people; a log with more than one of them is a list with dates in it.
OF_A_LIST = frozenset(OF_EMPLOYERS) - {Target.OWNER} | {
    Target.COMPANY_NUMBER,
    Target.PHONE,
    Target.MOBILE,
    Target.EMAIL,
}
# The columns that make a row of employers also an entry of the contact log.
LOGGING = frozenset({Target.HAPPENED_ON, Target.SUMMARY, Target.NEXT_STEP, Target.DUE_ON})
DATES = frozenset({Target.HAPPENED_ON, Target.DUE_ON})
