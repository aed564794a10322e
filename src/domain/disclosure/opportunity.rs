//! An opportunity: the advert to every member of its category, with its own standing; to officers who has seen
//! it and who has bid, never what.

use super::{
    award::Standstill, capacity::FigureView, document::Document, inquiry::OwnInquiry, market::Category,
    package::DirectPaymentView, query::Queries, watch::Watch,
};
use crate::domain::{
    actor::{Actor, Office},
    area::Middle,
    award::{
        Difference, OwnResult,
        lifecycle::{self, Verb},
    },
    evaluation::{self, Facts},
    opportunity::{Stage, lot_seed_hash, stage},
    panel::{self, Declared, PanelState},
    pricing::{self, pounds},
};
use entity::{
    amendment::{self, Corrected},
    category::{CategoryTerms, Formula},
    interest,
    offer::{DraftOffer, Offer},
    opportunity,
    vocabulary::*,
};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use std::{borrow::Cow, sync::Arc};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

/// A line of the advert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LineAsked {
    pub key: String,
    pub label: String,
    pub unit: Unit,
    /// Per week.
    pub quantity: Quantity,
}

/// How a provider's own bid stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BidStanding {
    pub version: i32,
    pub submitted_at: Instant,
    pub withdrawn: bool,
    /// It came before the advert was corrected, and counts only once it is confirmed or revised.
    pub unsettled: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MyOutcome {
    Shortlisted,
    Won,
    NotWon,
}

/// A provider's own state on an opportunity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Mine {
    pub interest: Option<InterestKind>,
    pub bid: Option<BidStanding>,
    pub draft: bool,
    pub outcome: Option<MyOutcome>,
}

/// How many have seen it, will bid, cannot, and have bid. For officers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Counts {
    /// Admitted to the category now.
    pub told: u64,
    /// Have said anything at all.
    pub seen: u64,
    pub will_bid: u64,
    pub cannot_bid: u64,
    pub bids: u64,
}

/// The counts of an opportunity.
pub fn counts(opportunity: &opportunity::Model, interests: &[interest::Model], told: u64) -> Counts {
    let of_kind = |kind| {
        let of = interests.iter().filter(|i| i.opportunity_id == opportunity.id && i.kind == kind);
        of.count() as u64
    };
    let (will_bid, cannot_bid) = (of_kind(InterestKind::WillBid), of_kind(InterestKind::CannotBid));
    Counts {
        told,
        seen: of_kind(InterestKind::Seen) + will_bid + cannot_bid,
        will_bid,
        cannot_bid,
        bids: u64::try_from(opportunity.bids).unwrap_or_default(),
    }
}

/// An opportunity in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OpportunityCard {
    pub id: OpportunityId,
    pub reference: String,
    pub title: String,
    pub market_id: MarketId,
    pub market_name: String,
    pub category_id: CategoryId,
    pub category_name: String,
    pub outward_code: String,
    /// The middle of its outward code, where this server has a table of them.
    pub middle: Option<Middle>,
    pub age_band: AgeBand,
    pub quantities: Vec<LineAsked>,
    pub starts_on: Day,
    pub initial_term_weeks: i32,
    pub published_at: Instant,
    pub closes_at: Instant,
    pub stage: Stage,
    /// The newest event that this answer knows of: resume from it.
    pub event_number: i64,
    /// For providers.
    pub mine: Option<Mine>,
    /// For officers.
    pub counts: Option<Counts>,
}

/// What a card is made of besides the row.
#[derive(Clone, Default)]
pub struct CardFacts {
    pub market_name: String,
    pub category_name: String,
    pub event_number: i64,
    pub middle: Option<Middle>,
    pub mine: Option<Mine>,
    pub counts: Option<Counts>,
}

/// Whether this person may see it: an officer of its authority, a member of its category, or a bidder.
pub fn visible(of: &opportunity::Model, to: &Actor, member: bool, has_bid: bool) -> bool {
    match to.office {
        Office::Officer { authority_id, .. } => authority_id == of.authority_id,
        Office::Provider { .. } => member || has_bid,
    }
}

pub fn card(of: &opportunity::Model, facts: CardFacts, now: Instant) -> OpportunityCard {
    let stage = stage(of, now);
    OpportunityCard {
        id: of.id,
        reference: of.reference.clone(),
        title: of.title.clone(),
        market_id: of.market_id,
        market_name: facts.market_name,
        category_id: of.category_id,
        category_name: facts.category_name,
        outward_code: of.outward_code.clone(),
        middle: facts.middle,
        age_band: of.age_band,
        quantities: lines(&of.terms, &of.quantities.0),
        starts_on: of.starts_on,
        initial_term_weeks: of.initial_term_weeks,
        published_at: of.published_at,
        closes_at: of.closes_at,
        // Providers learn that it is being evaluated, not how far that has come.
        stage: match (&facts.counts, stage) {
            (None, Stage::Priced | Stage::Recommended) => Stage::Marking,
            // That somebody challenged an award is for officers.
            (None, Stage::Challenged) => Stage::Standstill,
            (_, stage) => stage,
        },
        event_number: facts.event_number,
        mine: facts.mine,
        counts: facts.counts,
    }
}

/// A card as it is sent.
#[derive(Clone, Debug)]
pub struct WrittenCard(Arc<RawValue>);

impl WrittenCard {
    /// # Errors
    /// It cannot be written: never, because no field of it can fail.
    pub fn of(card: &OpportunityCard) -> serde_json::Result<Self> {
        Ok(Self(to_raw_value(card)?.into()))
    }
}

impl Serialize for WrittenCard {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl PartialSchema for WrittenCard {
    fn schema() -> RefOr<Schema> {
        OpportunityCard::schema()
    }
}

impl ToSchema for WrittenCard {
    fn name() -> Cow<'static, str> {
        OpportunityCard::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        OpportunityCard::schemas(schemas);
    }
}

/// The card that every provider sees which has said and sent nothing about an opportunity, and on what it depends beside
/// the row.
#[derive(Debug)]
pub struct PlainCard {
    pub card: WrittenCard,
    pub stage: Stage,
    pub market_name: String,
    pub category_name: String,
}

fn lines(terms: &CategoryTerms, quantities: &[entity::offer::LineQuantity]) -> Vec<LineAsked> {
    quantities
        .iter()
        .filter_map(|asked| {
            let line = terms.lines.iter().find(|l| l.key == asked.key)?;
            Some(LineAsked {
                key: line.key.clone(),
                label: line.label.clone(),
                unit: line.unit,
                quantity: asked.quantity,
            })
        })
        .collect()
}

/// A change since it was published, for everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AmendmentView {
    pub at: Instant,
    pub reason: String,
    /// Where the deadline was moved.
    pub closes_at_before: Option<Instant>,
    pub closes_at: Instant,
    pub changes: Vec<Corrected>,
    /// Whether bids from before it count only once they are confirmed or revised.
    pub unsettles: bool,
}

fn amended(of: &amendment::Model) -> AmendmentView {
    AmendmentView {
        at: of.made_at,
        reason: of.reason.clone(),
        closes_at_before: (of.closes_at != of.closes_at_before).then_some(of.closes_at_before),
        closes_at: of.closes_at,
        changes: of.changes.0.clone(),
        unsettles: of.unsettles,
    }
}

/// The package's weekly price at the published reference rates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AtReference {
    pub low: Money,
    pub high: Money,
}

/// What a provider has said, for officers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct InterestView {
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub interest: InterestKind,
    pub reason: Option<String>,
    /// Of which kind the reason is.
    pub because: Option<CannotReason>,
    pub at: Instant,
}

/// Who has bid, never what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BidderView {
    pub provider_name: String,
    pub submitted_at: Instant,
    /// It came before the advert was corrected, and does not count until it is confirmed or revised.
    pub unsettled: bool,
    /// The request to join that came with it and waits for a decision: the bid counts if the provider is admitted.
    pub request: Option<EnrolmentId>,
}

/// What may be done with an opportunity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpportunityVerb {
    Withdraw,
    /// Move the deadline later, or correct the advert.
    Amend,
    /// Answer what providers ask about it.
    Answer,
    /// Declare whether they have an interest in a bidder.
    Declare,
    Mark,
    /// Lock their own marks.
    Finish,
    /// Let an evaluator go who will not finish.
    Release,
    /// Record a consensus.
    Moderate,
    OpenPrices,
    /// Ask about prices, and decide on them.
    QuestionPrices,
    Recommend,
    Approve,
    Return,
    /// Record that the person chose a Direct Payment.
    RecordDirectPayment,
    /// Stop the contract from being entered while a standstill runs.
    Challenge,
    LiftChallenge,
    UpholdChallenge,
    Decline,
}

/// What officers see of it besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ForOfficers {
    pub package_id: PackageId,
    /// How far the advert has come, who is silent, and what to offer otherwise.
    pub watch: Watch,
    pub interests: Vec<InterestView>,
    pub bids: Vec<BidderView>,
    pub standstill: Option<Standstill>,
    /// The contract made of it, in the register or waiting for its standstill to end.
    pub contract_id: Option<ContractId>,
    /// That the person chose a Direct Payment.
    pub direct_payment: Option<DirectPaymentView>,
    pub can: Vec<OpportunityVerb>,
}

/// An opportunity, whole.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Opportunity {
    #[serde(flatten)]
    pub card: OpportunityCard,
    pub needs: String,
    /// SHA-256 of the seed from which a lot would be drawn; the seed itself is told when prices open.
    pub lot_seed_hash: String,
    pub category: Category,
    pub weekly_at_reference: Option<AtReference>,
    pub withdrawn_reason: Option<String>,
    /// What was changed since it was published, newest first.
    pub amendments: Vec<AmendmentView>,
    /// What providers asked about it, and were answered.
    pub queries: Queries,
    /// The last day of its standstill, once the outcome is told.
    pub standstill_ends_on: Option<Day>,
    pub officers: Option<ForOfficers>,
    /// For a provider that is not admitted yet: its request to join. A bid counts if it is admitted.
    pub with_request: Option<EnrolmentId>,
    /// What a provider was asked about the price of its bid.
    pub inquiry: Option<OwnInquiry>,
    /// For a provider that bid, once it is awarded.
    pub result: Option<OwnResult>,
    /// What would have put its bid ahead of the awarded one, as far as it may know.
    pub difference: Option<Difference>,
    /// The spare hours that the provider itself published for this category and outward code, and that count.
    pub fit: Vec<FigureView>,
}

/// What this officer may do with it now, approval aside: that is for the scheme of delegation to say.
pub fn can(facts: &Facts, officer: &Actor, now: Instant) -> Vec<OpportunityVerb> {
    use OpportunityVerb::*;
    let (mut can, of, own) = (Vec::new(), &facts.opportunity, officer.account_id);
    let stage = stage(of, now);
    if officer.is(OfficerRole::Broker)
        && matches!(stage, Stage::Open | Stage::Marking | Stage::Priced | Stage::Unfilled)
    {
        can.push(Withdraw);
    }
    if officer.is(OfficerRole::Broker) && stage == Stage::Open {
        can.extend([Amend, Answer]);
    }
    let arranges = officer.is(OfficerRole::Broker) || officer.is(OfficerRole::Commissioner);
    let allowed = |verb| lifecycle::allow(lifecycle::of_opportunity(of, None, now), verb).is_ok();
    if arranges && allowed(Verb::RecordDirectPayment) {
        can.push(RecordDirectPayment);
    }
    if officer.is(OfficerRole::Commissioner) || officer.is(OfficerRole::Procurement) {
        if allowed(Verb::Challenge) {
            can.push(Challenge);
        }
        if allowed(Verb::LiftChallenge) {
            can.extend([LiftChallenge, UpholdChallenge]);
        }
    }
    let declared = panel::declared(&facts.declarations, own);
    let evaluates = officer.is(OfficerRole::Evaluator) || officer.is(OfficerRole::Commissioner);
    if declared == Declared::Nothing && evaluates && stage == Stage::Marking {
        can.push(Declare);
    }
    if declared == Declared::NoInterest && stage == Stage::Marking {
        let commissioner = officer.is(OfficerRole::Commissioner);
        if officer.is(OfficerRole::Evaluator) {
            let place = facts.panellist(own);
            let finished = place.is_some_and(|p| facts.panel_state(p) == PanelState::Finished);
            if evaluation::check_may_mark(facts, own, now).is_ok() && !finished {
                can.push(Mark);
            }
            if panel::finish(facts, own, now).is_ok_and(|change| change.is_some()) {
                can.push(Finish);
            }
        }
        if commissioner && facts.panel.iter().any(|p| facts.panel_state(p) == PanelState::Marking) {
            can.push(Release);
        }
        if evaluates
            && evaluation::may_see_marks(facts, own, commissioner)
            && facts.answers().next().is_some()
        {
            can.push(Moderate);
        }
        if commissioner && evaluation::settled(facts, now).is_ok() {
            can.push(OpenPrices);
        }
    }
    if stage == Stage::Priced && officer.is(OfficerRole::Commissioner) && declared != Declared::Interest {
        can.extend([QuestionPrices, Recommend]);
    }
    can
}

/// What a provider sees of its own.
#[derive(Default)]
pub struct ForBidder {
    pub with_request: Option<EnrolmentId>,
    pub inquiry: Option<OwnInquiry>,
    pub result: Option<OwnResult>,
    pub difference: Option<Difference>,
    /// Its own spare hours that fit.
    pub fit: Vec<FigureView>,
}

pub fn whole(
    of: &opportunity::Model,
    card: OpportunityCard,
    category: Category,
    (amendments, queries): (&[amendment::Model], Queries),
    officers: Option<ForOfficers>,
    own: ForBidder,
) -> Opportunity {
    Opportunity {
        card,
        needs: of.needs.clone(),
        lot_seed_hash: lot_seed_hash(of),
        category,
        weekly_at_reference: at_reference(of),
        withdrawn_reason: of.withdrawn_reason.clone(),
        amendments: amendments.iter().map(amended).collect(),
        queries,
        standstill_ends_on: of.standstill_ends_on,
        officers,
        with_request: own.with_request,
        inquiry: own.inquiry,
        result: own.result,
        difference: own.difference,
        fit: own.fit,
    }
}

fn at_reference(of: &opportunity::Model) -> Option<AtReference> {
    let (low, high) = pricing::weekly_at_reference(&of.terms.lines, &of.quantities.0)?;
    Some(AtReference { low: Money::rounded(low).ok()?, high: Money::rounded(high).ok()? })
}

/// A provider's own bid.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnBid {
    pub bid_id: BidId,
    pub version: i32,
    pub submitted_at: Instant,
    pub withdrawn: bool,
    /// It came before the advert was corrected, and counts only once it is confirmed or revised.
    pub unsettled: bool,
    pub offer: Offer,
    /// What goes with its answers, by name.
    pub documents: Vec<Document>,
    pub weekly_price: Money,
    pub yearly_price: Money,
    pub receipt: crate::domain::bid::Receipt,
    /// Every version, newest first.
    pub versions: Vec<super::bid::BidVersion>,
}

/// A provider's own draft.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DraftSaved {
    pub draft: Option<DraftOffer>,
    /// What goes with its answers, by name.
    pub documents: Vec<Document>,
    pub saved_at: Option<Instant>,
    /// For `If-Match`.
    pub revision: i32,
}

/// How prices become marks, in words, for people.
pub fn formula_words(formula: &Formula, price_weight: Weight) -> String {
    let sum = |sum: &Money| pounds(sum.decimal());
    match formula {
        Formula::LowestRelative => format!(
            "Price marks are {price_weight} × the lowest admissible weekly price ÷ this bid's weekly price."
        ),
        Formula::PercentOverLowest => format!(
            "The lowest admissible weekly price earns {price_weight}. Every per cent above it costs a bid one per cent of those marks; at twice the lowest price none are left."
        ),
        Formula::ProRataToQualification { qualification: Some(q) } => format!(
            "The lowest admissible weekly price earns {price_weight}, {q} or more earns 0, and prices between them earn marks in proportion: {price_weight} × ({q} − this bid's weekly price) ÷ ({q} − the lowest). Where no price is below {q}, each earns all {price_weight}.",
            q = sum(q)
        ),
        Formula::ProRataToQualification { qualification: None } => format!(
            "The lowest admissible weekly price earns {price_weight}, the weekly price at the higher reference rates or more earns 0, and prices between them earn marks in proportion."
        ),
        Formula::Band { min: Some(min), max: Some(max) } => format!(
            "Price marks are {price_weight} × ({max} − this bid's weekly price) ÷ ({max} − {min}), never under 0 nor over {price_weight}. Other bids make no difference to them.",
            max = sum(max),
            min = sum(min)
        ),
        Formula::Band { .. } => format!(
            "Price marks fall evenly from {price_weight} at the lower reference rates to 0 at the higher."
        ),
        Formula::PricePerQualityPoint => {
            "There are no price marks. Each bid's weekly price is divided by its quality as a percentage of the quality weight, and the lowest result is first: £1,000.00 at 80 % quality is £12.50 for each per cent.".to_owned()
        }
        Formula::Fixed => "The authority sets the rates: quality alone decides.".to_owned(),
        Formula::Benchmark { benchmark: Some(b) } => format!(
            "Price marks are {price_weight} × {b} ÷ this bid's weekly price, at most {price_weight}: {b} or less earns all of them. Other bids make no difference to them.",
            b = sum(b)
        ),
        Formula::Benchmark { benchmark: None } => format!(
            "Price marks are {price_weight} × the weekly price at the lower reference rates ÷ this bid's weekly price, at most {price_weight}. Other bids make no difference to them."
        ),
        Formula::RankedList { order } => format!(
            "There are no price marks. A standing order of {} providers decides: the first that is able and admissible is first. Providers that are not in it come after those that are.",
            order.len()
        ),
    }
}
