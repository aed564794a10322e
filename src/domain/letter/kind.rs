//! What is known of each kind of letter: who reads it, when it is owed, and which placeholders a market's own
//! wording of it may hold. One total match: a new kind must be thought about here.

use entity::vocabulary::LetterKind;

/// A part of the wording that is filled in for each letter, written `{name}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placeholder {
    pub name: &'static str,
    /// What stands in its place.
    pub means: &'static str,
}

/// A kind of letter.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Who reads it.
    pub reader: &'static str,
    /// Because of what it is owed.
    pub when: &'static str,
    /// All that its wording may hold.
    pub placeholders: &'static [Placeholder],
    /// What its wording must hold, in the subject, before or after the facts: without it the reader would not know
    /// what the letter is about, or by when to act.
    pub wanted: &'static [&'static str],
}

const fn placeholder(name: &'static str, means: &'static str) -> Placeholder {
    Placeholder { name, means }
}

const REFERENCE: Placeholder = placeholder("reference", "the opportunity’s reference");
const CATEGORY: Placeholder = placeholder("category", "the category’s name");
const MARKET: Placeholder = placeholder("market", "the market’s name");
const AUTHORITY: Placeholder = placeholder("authority", "the name of your authority");
const PROVIDER: Placeholder = placeholder("provider", "the provider’s name");
const OUTWARD_CODE: Placeholder = placeholder("outward_code", "the first half of the postcode");
const CLOSES_AT: Placeholder = placeholder("closes_at", "when bidding closes, in London");
const ANSWER_BY: Placeholder = placeholder("answer_by", "until when an answer is taken, in London");
const UNTIL: Placeholder = placeholder("until", "until when the provider may say why not, in London");
const SHARE: Placeholder = placeholder("share", "how many per cent are reached");
const WANTED: Placeholder = placeholder("wanted", "what is to be done");
const DUE: Placeholder = placeholder("due", "by when");
/// The address of what the letter is about, which every letter ends with as well.
pub const LINK: Placeholder = placeholder("link", "the address of the page; the letter ends with it as well");

const EVIDENCE: Placeholder = placeholder("evidence", "which evidence it is, in the market’s words");
const EXPIRES: Placeholder = placeholder("expires", "its last day");

const ENROLMENT: &[Placeholder] = &[CATEGORY, MARKET, AUTHORITY, PROVIDER, LINK];
const REMOVAL: &[Placeholder] = &[CATEGORY, MARKET, AUTHORITY, PROVIDER, UNTIL, LINK];
const OPPORTUNITY: &[Placeholder] = &[REFERENCE, CATEGORY, MARKET, AUTHORITY, OUTWARD_CODE, CLOSES_AT, LINK];
const QUESTION: &[Placeholder] =
    &[REFERENCE, CATEGORY, MARKET, AUTHORITY, OUTWARD_CODE, CLOSES_AT, ANSWER_BY, LINK];

const DIRECT_AWARD: &[Placeholder] = &[REFERENCE, CATEGORY, MARKET, AUTHORITY, LINK];
const PROOF: &[Placeholder] = &[EVIDENCE, CATEGORY, MARKET, AUTHORITY, PROVIDER, LINK];
const EXPIRY: &[Placeholder] = &[EVIDENCE, EXPIRES, CATEGORY, MARKET, AUTHORITY, PROVIDER, LINK];
const BUDGET: &[Placeholder] = &[MARKET, AUTHORITY, SHARE, LINK];
const CLOCK: &[Placeholder] = &[MARKET, AUTHORITY, WANTED, DUE, LINK];

const OF_MARKET: &[&str] = &["market"];
const OF_CATEGORY: &[&str] = &["category"];
const OF_REFERENCE: &[&str] = &["reference"];

const fn of_enrolment(reader: &'static str, when: &'static str) -> Kind {
    Kind { reader, when, placeholders: ENROLMENT, wanted: OF_CATEGORY }
}

const fn of_opportunity(reader: &'static str, when: &'static str) -> Kind {
    Kind { reader, when, placeholders: OPPORTUNITY, wanted: OF_REFERENCE }
}

const fn of_direct_award(when: &'static str) -> Kind {
    Kind { reader: "the people of the provider", when, placeholders: DIRECT_AWARD, wanted: OF_REFERENCE }
}

const fn of_evidence(reader: &'static str, when: &'static str) -> Kind {
    Kind { reader, when, placeholders: PROOF, wanted: &["evidence"] }
}

const fn of_clock(when: &'static str) -> Kind {
    Kind { reader: "the owner of a legal clock", when, placeholders: CLOCK, wanted: &["wanted"] }
}

/// Whether letters of this kind come of a market, which may word them. What a provider's people get about themselves
/// is the provider's own, and a digest is of several markets.
pub const fn is_of_market(of: LetterKind) -> bool {
    !matches!(of, LetterKind::Invited | LetterKind::ColleagueLeft | LetterKind::OpportunityDigest)
}

/// What is known of a kind of letter.
pub const fn kind(of: LetterKind) -> Kind {
    const APPLICANT: &str = "the people of a provider that asked to join";
    const MEMBER: &str = "the people of a provider that is admitted";
    const OFFICERS: &str = "commissioners and procurement officers";
    const BIDDER: &str = "the people of a provider that bid";
    match of {
        LetterKind::ClarificationAsked => of_enrolment(APPLICANT, "its request raises a question"),
        LetterKind::EnrolmentAdmitted => of_enrolment(APPLICANT, "it is admitted"),
        LetterKind::EnrolmentRefused => of_enrolment(APPLICANT, "it is refused"),
        LetterKind::EnrolmentSuspended => of_enrolment(MEMBER, "it is suspended"),
        LetterKind::EnrolmentReinstated => of_enrolment(MEMBER, "its suspension ends"),
        LetterKind::NoNewWorkBegun => of_enrolment(MEMBER, "it gets no new work for now"),
        LetterKind::UrgentlyStopped => of_enrolment(MEMBER, "it is suspended at once"),
        LetterKind::RemovalProposed => Kind {
            placeholders: REMOVAL,
            wanted: &["category", "until"],
            ..of_enrolment(MEMBER, "its removal is proposed")
        },
        LetterKind::RemovalDropped => of_enrolment(MEMBER, "its removal is not confirmed"),
        LetterKind::EnrolmentRemoved => of_enrolment(MEMBER, "it is removed"),
        LetterKind::GroundRaised => of_enrolment(MEMBER, "a ground for exclusion is raised about it"),
        LetterKind::GroundDecided => of_enrolment(MEMBER, "a ground for exclusion is decided on"),
        LetterKind::AppealAnswered => of_enrolment(MEMBER, "its appeal is answered"),
        LetterKind::SecondPersonWanted => of_enrolment(OFFICERS, "a second person is wanted"),
        LetterKind::ReadingWanted => {
            of_enrolment("a procurement officer", "a colleague asks them to read a request to join")
        }
        LetterKind::UrgentStopLapsed => of_enrolment(OFFICERS, "nobody confirmed an urgent stop in time"),
        LetterKind::RepresentationMade => {
            of_enrolment(OFFICERS, "a provider has said something about its standing")
        }
        LetterKind::ConcernRaised => of_enrolment(
            "the procurement officer who sees to it",
            "a register says something of a provider that somebody is to look at",
        ),
        LetterKind::EnrolmentWithdrawn => of_enrolment(OFFICERS, "a provider leaves a category"),
        LetterKind::OpportunityPublished => Kind {
            wanted: &["reference", "closes_at"],
            ..of_opportunity(MEMBER, "an opportunity is advertised in its category")
        },
        LetterKind::OpportunityDigest => Kind {
            reader: MEMBER,
            when: "it is the hour at which they chose to read once a day what is new",
            placeholders: &[LINK],
            wanted: &[],
        },
        LetterKind::OpportunityWithdrawn => of_opportunity(MEMBER, "an opportunity is withdrawn"),
        LetterKind::DeadlineExtended => Kind {
            wanted: &["reference", "closes_at"],
            ..of_opportunity(MEMBER, "the deadline of an opportunity is moved later")
        },
        LetterKind::AdvertCorrected => Kind {
            wanted: &["reference", "closes_at"],
            ..of_opportunity(MEMBER, "the advert of an opportunity is corrected")
        },
        LetterKind::OpportunityReminder => Kind {
            wanted: &["reference", "closes_at"],
            ..of_opportunity(MEMBER, "it has said nothing of an opportunity that is open")
        },
        LetterKind::QueryAsked => of_opportunity("brokers", "a provider asks about an opportunity"),
        LetterKind::QueryPublished => {
            of_opportunity(MEMBER, "a question about an opportunity is answered for everybody")
        }
        LetterKind::QueryAnsweredAlone => of_opportunity(
            "the people of the provider that asked",
            "a question that is its own business is answered to it alone",
        ),
        LetterKind::PriceQuestioned => Kind {
            reader: BIDDER,
            when: "it is asked to account for its price",
            placeholders: QUESTION,
            wanted: &["reference", "answer_by"],
        },
        LetterKind::PriceExplained => {
            of_opportunity("the officer who asked", "a provider accounts for its price")
        }
        LetterKind::PriceDecided => of_opportunity(BIDDER, "its price is accepted or rejected"),
        LetterKind::RoundInvited => {
            of_opportunity(BIDDER, "it is invited to improve its prices in a ranking round")
        }
        LetterKind::RoundPaused => {
            of_opportunity(BIDDER, "the ranking round that it was invited to is paused")
        }
        LetterKind::RoundResumed => of_opportunity(BIDDER, "a ranking round that was paused goes on"),
        LetterKind::Shortlisted => of_opportunity(BIDDER, "its bid is put on the shortlist"),
        LetterKind::ApprovalWanted => {
            of_opportunity("whoever holds a post that can approve", "an award is recommended")
        }
        LetterKind::AwardReturned => {
            of_opportunity("the commissioner who recommended", "the recommendation is returned")
        }
        LetterKind::AwardWon => of_opportunity(BIDDER, "its bid has won"),
        LetterKind::OutcomeTold => of_opportunity(BIDDER, "another bid has won"),
        LetterKind::ApprovalUrgent => of_opportunity(
            "whoever holds a post that can approve",
            "an award that cannot wait is recommended",
        ),
        LetterKind::ApprovalReminded => {
            of_opportunity("whoever holds a post that can approve", "half of the time to decide is over")
        }
        LetterKind::ApprovalEscalated => {
            of_opportunity("whoever holds the next post that can approve", "nobody decided in time")
        }
        LetterKind::AwardDeclined => {
            of_opportunity("the commissioner who recommended", "the recommendation is declined")
        }
        LetterKind::NoAwardMade => of_opportunity(BIDDER, "no award is made, because another way was chosen"),
        LetterKind::AwardSetAside => of_opportunity(BIDDER, "a challenge to the award is upheld"),
        LetterKind::ContractEntered => of_opportunity(BIDDER, "the standstill of its award has ended"),
        LetterKind::DirectAwardMade => of_direct_award("it is awarded a contract without bids"),
        LetterKind::DirectAwardEnded => of_direct_award("the review of its urgent award ends the contract"),
        LetterKind::CapWarning => Kind {
            reader: "commissioners and procurement officers",
            when: "contracts reach 80, 90 or 100 % of the money approved",
            placeholders: BUDGET,
            wanted: OF_MARKET,
        },
        LetterKind::ClockDueSoon => of_clock("what is theirs to see to is due soon"),
        LetterKind::ClockOverdue => of_clock("what is theirs to see to is overdue"),
        LetterKind::EvidenceAccepted => of_evidence(MEMBER, "evidence that it gave again is accepted"),
        LetterKind::EvidenceRefused => {
            of_evidence("the people of a provider that gave evidence", "evidence is refused")
        }
        LetterKind::EvidenceExpiring => Kind {
            reader: MEMBER,
            when: "its evidence expires in 60, in 30 or in 7 days",
            placeholders: EXPIRY,
            wanted: &["evidence", "expires"],
        },
        LetterKind::EvidenceExpired => Kind {
            reader: MEMBER,
            when: "its evidence has expired",
            placeholders: EXPIRY,
            wanted: &["evidence", "expires"],
        },
        LetterKind::Invited => Kind {
            reader: "somebody whom a provider’s administrator invites",
            when: "they are asked to act for the provider",
            placeholders: &[PROVIDER, LINK],
            wanted: &["provider"],
        },
        LetterKind::ColleagueLeft => Kind {
            reader: "somebody who acted for a provider",
            when: "they no longer do",
            placeholders: &[PROVIDER, LINK],
            wanted: &["provider"],
        },
    }
}
