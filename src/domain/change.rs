//! What a rule decides: an event, the rows as they are from now on, and the letters that follow from it.
//! Nothing changes without an event, because there is no other way to hand rows to the store.

use super::event::Event;
use entity::vocabulary::*;
use sea_orm::prelude::Uuid;

/// What an event is about; its number counts within this subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    pub kind: SubjectKind,
    pub id: Uuid,
}

macro_rules! subjects {
    ($($id:ty = $kind:ident),+ $(,)?) => {$(
        impl From<$id> for Subject {
            fn from(id: $id) -> Self {
                Self { kind: SubjectKind::$kind, id: id.0 }
            }
        }
    )+};
}

subjects! {
    AccountId = Account,
    ProviderId = Provider,
    MarketId = Market,
    EnrolmentId = Enrolment,
    PackageId = Package,
    OpportunityId = Opportunity,
    ContractId = Contract,
    BudgetId = Budget,
    DebarmentListId = DebarmentList,
}

/// How a row comes to stand.
#[derive(Clone, Debug)]
pub enum Write {
    /// It was not there before: if it is, the change fails.
    Insert(Row),
    /// It was there before.
    Update(Row),
    /// Whichever of the two.
    Upsert(Row),
}

/// Calls a macro with every kind of row that a change may write.
macro_rules! for_each_row {
    ($call:ident) => {
        $call! {
            Account(account), Alert(alert), AgreedMark(agreed_mark), Amendment(amendment), AnswerMark(answer_mark), Application(application), Approval(approval), Authority(authority), Award(award), Bid(bid),
            Budget(budget), BudgetDecision(budget_decision), BudgetYear(budget_year), Category(category), Challenge(challenge), Chase(chase),
            ClockOwner(clock_owner), ClockReminder(clock_reminder), Commitment(commitment), Contract(contract), Decision(decision),
            Declaration(declaration), Definition(definition), Delegation(delegation), DirectAward(direct_award), DirectPayment(direct_payment), Document(document), Enrolment(enrolment), Evidence(evidence), EvidenceWarning(evidence_warning), Holder(holder),
            Inquiry(inquiry), Interest(interest), Letter(letter), Mark(mark), Market(market), Notice(notice), Nudge(nudge), Officer(officer), OfficerInterest(officer_interest), Opportunity(opportunity),
            Package(package), Panellist(panellist), Partner(partner), Person(person), Post(post), Provider(provider), Query(query), Reading(reading),
            Task(task), Wording(wording),
            PassportAnswer(passport_answer), PassportReliance(passport_reliance), Questionnaire(questionnaire),
            DebarmentEntry(debarment_entry), DebarmentList(debarment_list), DebarmentMatch(debarment_match), Exclusion(exclusion),
            Concern(concern), Identifiers(identifiers), RegisterReading(register_reading),
            Measure(measure), Representation(representation), StandingChange(standing_change), StandingRates(standing_rates), StandingStop(standing_stop),
            Base(base), Invitation(invitation), SpareHours(spare_hours),
            Round(round), RoundPlace(round_place), RoundRevision(round_revision)
        }
    };
}
pub(crate) use for_each_row;

macro_rules! rows {
    ($($variant:ident($module:ident)),+) => {
        /// A row as it is from now on.
        #[derive(Clone, Debug)]
        pub enum Row { $($variant(Box<entity::$module::Model>)),+ }

        $(impl From<entity::$module::Model> for Row {
            fn from(model: entity::$module::Model) -> Self {
                Self::$variant(Box::new(model))
            }
        })+
    };
}
for_each_row!(rows);

/// A letter owed because of the change. Its context holds no personal data and no free text.
#[derive(Clone, Debug)]
pub struct Owed {
    pub kind: LetterKind,
    pub to: AccountId,
    pub context: serde_json::Value,
    /// Not before this instant; at once, where none is given.
    pub due_at: Option<Instant>,
}

/// An event with all that follows from it, recorded as one.
#[derive(Clone, Debug)]
pub struct Change {
    pub about: Subject,
    pub event: Event,
    pub writes: Vec<Write>,
    pub letters: Vec<Owed>,
    /// On what authority, in words.
    pub on_authority: Option<String>,
}

impl Change {
    /// An event that so far changes no row.
    pub fn new(about: impl Into<Subject>, event: Event) -> Self {
        Self { about: about.into(), event, writes: Vec::new(), letters: Vec::new(), on_authority: None }
    }

    #[must_use]
    pub fn insert(mut self, row: impl Into<Row>) -> Self {
        self.writes.push(Write::Insert(row.into()));
        self
    }

    #[must_use]
    pub fn update(mut self, row: impl Into<Row>) -> Self {
        self.writes.push(Write::Update(row.into()));
        self
    }

    #[must_use]
    pub fn upsert(mut self, row: impl Into<Row>) -> Self {
        self.writes.push(Write::Upsert(row.into()));
        self
    }

    /// The same letter to each of these people.
    #[must_use]
    pub fn tell(mut self, kind: LetterKind, people: &[AccountId], context: &impl serde::Serialize) -> Self {
        // A context is made of strings and numbers, which always serialise.
        let context = serde_json::to_value(context).unwrap_or_default();
        self.letters.extend(people.iter().map(|&to| Owed {
            kind,
            to,
            context: context.clone(),
            due_at: None,
        }));
        self
    }

    /// A letter to one person, not before this instant.
    #[must_use]
    pub fn tell_at(
        mut self,
        kind: LetterKind,
        to: AccountId,
        context: &impl serde::Serialize,
        due_at: Instant,
    ) -> Self {
        let context = serde_json::to_value(context).unwrap_or_default();
        self.letters.push(Owed { kind, to, context, due_at: Some(due_at) });
        self
    }

    #[must_use]
    pub fn on_authority(mut self, words: String) -> Self {
        self.on_authority = Some(words);
        self
    }
}
