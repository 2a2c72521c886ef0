"""Closed word classes of English news prose: cues, roles, offices, pronouns, months, weekdays.

General words of the language only: no name, country or topic stands here.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAYING = _words(
    """said says say saying told tells tell telling added adds adding argued argues argue arguing announced announces
    announce announcing insisted insists insist insisting declared declares declare declaring stated states state stating
    confirmed confirms confirm confirming replied replies reply answered answers answer asked asks asking wrote writes
    write writing tweeted posted posts explained explains warned warns warn warning claimed claims claim claiming admitted
    admits admit conceded concedes concede acknowledged acknowledges maintained maintains suggested suggests suggesting
    noted notes noting remarked remarks recalled recalls observed observes stressed stresses emphasised emphasized
    emphasises emphasizes underlined reiterated reiterates repeated repeats vowed vows vowing pledged pledges pledging
    promised promises promising urged urges urging demanded demands demanding called calls calling denied denies denying
    predicted predicts hinted hints joked jokes quipped quips complained complains snapped retorted shouted shouts
    continued continues concluded concludes responded responds testified testifies commented comments revealed reveals
    reported reports assured assures reminded reminds informed informs signalled signaled signals cautioned cautions
    countered counters contended contends asserted asserts proclaimed boasted lamented sneered scoffed mused sighed"""
)

NO_SUBJECTS = _words("his her hers its their him them")
"""Pronouns that can't be the subject of a cue."""

ADDRESSING = _words(
    "told tells tell urged urges warned warns called calls assured reminded informed promised demanded asked asks urging"
)
"""Cues that take the person addressed as object."""

ROLE_HEADS = _words(
    """president premier chancellor minister secretary taoiseach mayor mayoress governor senator congressman congresswoman
    congressmember deputy lawmaker councillor councilor alderman commissioner ambassador envoy mediator negotiator
    spokesman spokeswoman spokesperson chairman chairwoman chairperson chair chief director manager executive boss owner
    founder leader head captain coach trainer general admiral colonel commander marshal judge justice prosecutor
    attorney lawyer bishop archbishop cardinal pope rabbi imam sheikh king queen prince princess emperor sultan emir
    principal headteacher head-teacher headmaster headmistress rector vice-chancellor provost dean professor doctor scientist economist
    treasurer speaker whip candidate nominee incumbent striker goalkeeper defender midfielder forward champion
    conductor composer curator architect engineer surgeon economist analyst regulator ombudsman superintendent sheriff
    inspector constable officer official organiser organizer campaigner activist author actor actress singer
    bookseller entrepreneur billionaire financier banker farmer developer publisher editor columnist
    reverend vicar priest pastor abbot ceo cfo coo prefect librarian landlord landlady secretary-general governor-elect
    president-elect patriarch primate warden councilwoman councilman presenter delegate"""
)

GROUP_HEADS = _words(
    """government ministry department office party union council commission committee court bank company club league
    association federation society institute university school church agency authority board body group foundation
    trust service police army navy cabinet parliament senate congress assembly chamber administration embassy firm
    airline operator brewer carmaker retailer brand paper newspaper broadcaster network team association alliance bloc
    coalition organisation organization charity museum theatre orchestra hospital inquiry panel tribunal regulator
    watchdog directorate secretariat presidency treasury mission port airport railway utility producer manufacturer
    kremlin palace diocese synod movement campaign fund group conglomerate giant maker
    guild cooperative co-operative coop co-op college academy confederation consortium bureau brotherhood carrier insurer
    brewery laboratory library festival faculty hospice forum corporation ensemble parish patriarchate caucus syndicate
    collective zoo lobby"""
)

GENERIC_BODIES = _words(
    "company firm group club body organisation organization agency operator maker giant concern business"
)

AUTHORISED = _words(
    "spokesman spokeswoman spokesperson spokespeople office lawyer barrister counsel lawyers solicitor attorney representative agent "
    "communications press secretary statement ministry cabinet publicist"
)

MALE = _words(
    "mr sir lord king prince emperor sultan chairman spokesman congressman businessman alderman he him his father brother son"
)
FEMALE = _words(
    "mrs ms miss dame lady queen princess chairwoman spokeswoman congresswoman businesswoman actress she her hers mother sister daughter"
)
TITLES = _words(
    "mr mrs ms miss dr sir dame lord lady prof professor president prime minister senator gen general judge justice mayor governor chancellor king queen pope bishop rev"
)

PRONOUNS = {
    "he": "m",
    "him": "m",
    "his": "m",
    "she": "f",
    "her": "f",
    "hers": "f",
    "it": "o",
    "its": "o",
    "they": "p",
    "their": "p",
    "them": "p",
}

PLACE_WORDS = _words(
    """mount lake river street square road bay island islands valley park bridge airport stadium hill hills station house
    hall cup day act bill beach coast north south east west sea gulf strait cape fort port saint county district province
    region avenue lane pier tower gardens market forest desert canal channel harbour harbor airport building plaza"""
)

ANONYMOUS = _words(
    """sources source insiders insider officials aides aide diplomats colleagues allies critics analysts observers
    people rumours rumors reports leaks leak memo papers documents commentators experts friends confidants anonymous"""
)

MONTHS = {
    m: i
    for i, m in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        1,
    )
}
WEEKDAYS = {
    d: i for i, d in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
}

NOT_NAMES = _words(
    """the a an in on at of for and but or if when as by to from with asked after before while though
    although despite since it he she they we you i his her its their this that these those there
    here what who why how yes no not monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december mr mrs ms
    some one two three four five six seven eight nine ten many most both neither nor so then now
    last next under over earlier later still only once meanwhile critics supporters opponents q"""
)
"""Words that may be capitalised without being a name."""

PLACE_PREPOSITIONS = _words(
    """in at to from near of for on through the across around outside up down off over along into onto
    behind inside"""
)
"""Behind these a capitalised name is a place rather than a person."""

ABBREVIATIONS = _words(
    """mr mrs ms mx dr prof sen rep gov gen col lt maj capt cmdr adm sgt rev hon st fr sr jr pres sec
    dep supt insp messrs mgr mt ft no nos vs etc eg ie al inc ltd co corp bros jan feb mar apr jun
    jul aug sep sept oct nov dec u.s u.k u.n e.u u.s.a a.m p.m d.c ph.d approx dept est fig pp vol
    art sec"""
)
"""A full stop behind these ends no sentence."""

FUNCTION_WORDS = _words(
    """should must would could will the a an of to in on for and or be is are not its it their his her at
    by with from that this as has have go ahead right wrong new all more than need needs ought shall
    under over into out up off only made make keep kept let allowed allow every no any who which"""
)
"""Words of a proposition that say nothing about its subject."""
