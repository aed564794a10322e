//! What officers see of an evaluation: bids without whose they are and without their prices; one's own marks; and
//! those of others only once all are in.

use super::opportunity::{OpportunityVerb, can};
use crate::domain::{
    actor::Actor,
    attachment::blind_attachment,
    evaluation::{self, Agreement, Facts, blind_id},
    event::Event,
    opportunity::{Stage, stage},
    panel::{Declared, PanelState, declared},
};
use entity::{
    bid,
    category::Criterion,
    declaration, event, mark, mark_draft,
    mark_draft::MarkDraft,
    offer::{Answer, Attachment},
    vocabulary::*,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What somebody is asked to declare, and what they have declared. It names the bidders, and no answer.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeclarationPage {
    pub opportunity_id: OpportunityId,
    pub reference: String,
    pub title: String,
    pub stage: Stage,
    /// By name, in no order that tells which bid is whose.
    pub bidders: Vec<String>,
    /// What the viewer has declared, oldest first.
    pub mine: Vec<DeclarationView>,
    /// Whether the viewer has given marks here that would no longer count, were they to declare an interest.
    pub has_marked: bool,
}

/// A declaration.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeclarationView {
    pub name: String,
    /// The interest in their words; nothing where there is none.
    pub interest: Option<String>,
    pub at: Instant,
}

/// A mark or a consensus as it was before it was changed.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MarkVersion {
    pub mark: Mark,
    pub reason: String,
    pub by: String,
    pub at: Instant,
}

/// One evaluator's mark of an answer.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MarkView {
    pub criterion_id: String,
    pub mark: Mark,
    pub reason: String,
    pub evaluator: String,
    pub mine: bool,
    /// Not where the evaluator was released, or declared an interest.
    pub counts: bool,
    pub at: Instant,
    /// What it was before, oldest first.
    pub before: Vec<MarkVersion>,
}

/// The mark of an answer that counts.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AgreedView {
    pub criterion_id: String,
    pub mark: Mark,
    pub reason: String,
    pub basis: MarkBasis,
    /// Who recorded the consensus.
    pub by: Option<String>,
    pub at: Instant,
    pub before: Vec<MarkVersion>,
}

/// A bid, blind: no provider and no price.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BlindBid {
    pub blind_id: BlindId,
    /// Such as `Bid A`.
    pub label: String,
    /// Whose it is, once prices are open.
    pub provider_name: Option<String>,
    pub starts_on: Day,
    pub answers: Vec<Answer>,
    /// What goes with the answers, in the order in which the provider put them.
    pub attachments: Vec<BlindAttachment>,
    /// The viewer's own; with those of the others once all are in.
    pub marks: Vec<MarkView>,
    /// What counts, as far as the viewer may see it.
    pub agreed: Vec<AgreedView>,
    /// The criteria on which evaluators differ, for which no consensus stands yet.
    pub differing: Vec<String>,
    /// Whether the viewer has marked every answer.
    pub complete: bool,
}

/// A document that goes with an answer: what it is called might tell whose it is, and is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BlindAttachment {
    pub id: AttachmentId,
    pub criterion_id: String,
    pub kind: DocumentKind,
    /// In bytes.
    pub size: i64,
}

/// An evaluator of the panel.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PanellistView {
    pub evaluator_id: AccountId,
    pub name: String,
    pub mine: bool,
    pub state: PanelState,
    pub finished_at: Option<Instant>,
    /// Why they were released.
    pub reason: Option<String>,
    /// They declared an interest after prices had opened: their marks stand as they were locked.
    pub declared_later: bool,
}

/// What evaluators work on.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Evaluation {
    pub opportunity_id: OpportunityId,
    pub reference: String,
    pub title: String,
    pub stage: Stage,
    /// Those that are marked here.
    pub criteria: Vec<Criterion>,
    /// Those whose mark comes with the provider's enrolment.
    pub standing_criteria: Vec<Criterion>,
    pub bids: Vec<BlindBid>,
    /// How many evaluators the market needs, at least.
    pub evaluators_needed: u32,
    pub panel: Vec<PanellistView>,
    /// Every declaration, for commissioners and auditors.
    pub declarations: Vec<DeclarationView>,
    /// Whether all are in.
    pub all_in: bool,
    /// Whether the viewer sees the others' marks.
    pub marks_shown: bool,
    /// How many answers have no mark by the viewer.
    pub unmarked: u64,
    /// How many answers wait for a consensus.
    pub differing: u64,
    /// What must happen before prices can open, in words.
    pub prices_wait_for: Option<String>,
    /// The marks that the viewer is still writing.
    pub drafts: Vec<MarkDraft>,
    /// For `If-Match`.
    pub draft_revision: i32,
    pub can: Vec<OpportunityVerb>,
}

/// The marks that an evaluator is still writing, as saved.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MarkDraftsSaved {
    pub drafts: Vec<MarkDraft>,
    pub saved_at: Option<Instant>,
    /// For `If-Match`.
    pub revision: i32,
}

pub fn drafts_saved(draft: Option<mark_draft::Model>) -> MarkDraftsSaved {
    MarkDraftsSaved {
        revision: draft.as_ref().map_or(0, |d| d.revision),
        saved_at: draft.as_ref().map(|d| d.saved_at),
        drafts: draft.map(|d| d.drafts.0).unwrap_or_default(),
    }
}

/// Names that an evaluation may show.
#[derive(Default)]
pub struct EvaluationNames {
    pub people: HashMap<AccountId, String>,
    /// Of the bidders.
    pub providers: HashMap<ProviderId, String>,
}

impl EvaluationNames {
    fn person(&self, id: AccountId) -> String {
        self.people.get(&id).cloned().unwrap_or_default()
    }
}

fn declaration_view(row: &declaration::Model, names: &EvaluationNames) -> DeclarationView {
    DeclarationView { name: names.person(row.account_id), interest: row.interest.clone(), at: row.at }
}

/// What somebody declares on. `bidders` are all who bid and did not withdraw.
pub fn declaration_page(
    facts: &Facts,
    mut bidders: Vec<String>,
    names: &EvaluationNames,
    to: AccountId,
    now: Instant,
) -> DeclarationPage {
    bidders.sort();
    let of = &facts.opportunity;
    DeclarationPage {
        opportunity_id: of.id,
        reference: of.reference.clone(),
        title: of.title.clone(),
        stage: stage(of, now),
        bidders,
        mine: facts
            .declarations
            .iter()
            .filter(|d| d.account_id == to)
            .map(|d| declaration_view(d, names))
            .collect(),
        has_marked: facts.marks.iter().any(|m| m.evaluator_id == to),
    }
}

/// An evaluation as one officer sees it, who has declared no interest. `events` are those of its marks.
pub fn evaluation(
    facts: &Facts,
    events: &[event::Model],
    draft: Option<mark_draft::Model>,
    names: &EvaluationNames,
    to: &Actor,
    now: Instant,
) -> Evaluation {
    let (of, own) = (&facts.opportunity, to.account_id);
    let oversees = to.is(OfficerRole::Commissioner) || to.is(OfficerRole::Auditor);
    let marks_shown = evaluation::may_see_marks(facts, own, oversees);
    let bids = in_blind_order(facts);
    let versions = versions(events, names);
    let saved = drafts_saved(draft);
    Evaluation {
        opportunity_id: of.id,
        reference: of.reference.clone(),
        title: of.title.clone(),
        stage: stage(of, now),
        criteria: of.terms.criteria.iter().filter(|c| !c.standing).cloned().collect(),
        standing_criteria: of.terms.criteria.iter().filter(|c| c.standing).cloned().collect(),
        bids: bids
            .into_iter()
            .zip(0..)
            .map(|(bid, place)| {
                let visible = |m: &&mark::Model| m.bid_id == bid.id && (marks_shown || m.evaluator_id == own);
                BlindBid {
                    blind_id: blind_id(of, bid.id),
                    label: label(place),
                    provider_name: names
                        .providers
                        .get(&bid.provider_id)
                        .cloned()
                        .filter(|_| facts.is_locked()),
                    starts_on: bid.offer.starts_on,
                    answers: bid.offer.answers.clone(),
                    attachments: bid
                        .offer
                        .attachments
                        .iter()
                        .map(|one| BlindAttachment {
                            id: blind_attachment(of, bid, one),
                            criterion_id: one.criterion_id.clone(),
                            kind: one.kind,
                            size: one.size,
                        })
                        .collect(),
                    marks: facts
                        .marks
                        .iter()
                        .filter(visible)
                        .map(|m| mark_view(facts, m, &versions, names, own))
                        .collect(),
                    agreed: agreed(facts, bid, marks_shown, &versions, names, now),
                    differing: facts
                        .answers()
                        .filter(|(of, _)| marks_shown && of.id == bid.id)
                        .filter(|place| matches!(facts.agreement(*place, now), Agreement::Differs))
                        .map(|(_, criterion)| criterion.id.clone())
                        .collect(),
                    complete: facts
                        .answers()
                        .filter(|(of, _)| of.id == bid.id)
                        .all(|place| facts.mark_by(own, place).is_some()),
                }
            })
            .collect(),
        evaluators_needed: of.terms.evaluators,
        panel: facts
            .panel
            .iter()
            .map(|p| PanellistView {
                evaluator_id: p.evaluator_id,
                name: names.person(p.evaluator_id),
                mine: p.evaluator_id == own,
                state: facts.panel_state(p),
                finished_at: p.finished_at,
                reason: p.released_reason.clone(),
                declared_later: facts.panel_state(p) != PanelState::SetAside
                    && declared(&facts.declarations, p.evaluator_id) == Declared::Interest,
            })
            .collect(),
        declarations: facts
            .declarations
            .iter()
            .filter(|_| oversees)
            .map(|d| declaration_view(d, names))
            .collect(),
        all_in: facts.all_in(),
        marks_shown,
        unmarked: facts.unmarked_by(own) as u64,
        differing: facts.differing(now) as u64,
        prices_wait_for: match stage(of, now) {
            Stage::Marking => evaluation::settled(facts, now).err().map(|r| r.detail.into_owned()),
            _ => None,
        },
        drafts: saved.drafts,
        draft_revision: saved.revision,
        can: can(facts, to, now),
    }
}

/// The bids in the order in which evaluators know them.
fn in_blind_order(facts: &Facts) -> Vec<&bid::Model> {
    let mut bids: Vec<_> = facts.bids.iter().collect();
    bids.sort_by_key(|bid| blind_id(&facts.opportunity, bid.id));
    bids
}

/// What goes with an answer, as evaluators know it, and what its file is called for them, without an ending: by the
/// letter of the bid, the criterion and its place, never by what its provider calls it.
pub fn attachment(facts: &Facts, id: AttachmentId) -> Option<(&Attachment, String)> {
    let of = &facts.opportunity;
    in_blind_order(facts).into_iter().zip(0..).find_map(|(bid, place)| {
        let found = bid.offer.attachments.iter().find(|one| blind_attachment(of, bid, one) == id)?;
        let same = bid.offer.attachments.iter().filter(|one| one.criterion_id == found.criterion_id);
        let number = same.take_while(|one| one.document_id != found.document_id).count() + 1;
        let bid = label(place).to_lowercase().replace(' ', "-");
        Some((found, format!("{}-{bid}-{}-{number}", of.reference, found.criterion_id)))
    })
}

fn mark_view(
    facts: &Facts,
    mark: &mark::Model,
    versions: &Versions,
    names: &EvaluationNames,
    own: AccountId,
) -> MarkView {
    let key = (mark.bid_id, mark.criterion_id.clone(), Some(mark.evaluator_id));
    MarkView {
        criterion_id: mark.criterion_id.clone(),
        mark: mark.mark,
        reason: mark.reason.clone(),
        evaluator: names.person(mark.evaluator_id),
        mine: mark.evaluator_id == own,
        counts: facts.counts(mark.evaluator_id),
        at: mark.at,
        before: earlier(versions, &key),
    }
}

fn agreed(
    facts: &Facts,
    bid: &bid::Model,
    marks_shown: bool,
    versions: &Versions,
    names: &EvaluationNames,
    now: Instant,
) -> Vec<AgreedView> {
    facts
        .opportunity
        .terms
        .criteria
        .iter()
        // A standing mark might tell whose bid it is, so it is shown once prices are open.
        .filter(|criterion| marks_shown && (!criterion.standing || facts.is_locked()))
        .filter_map(|criterion| match facts.agreement((bid, criterion), now) {
            Agreement::Agreed(agreed) => Some(AgreedView {
                criterion_id: agreed.criterion_id.clone(),
                mark: agreed.mark,
                reason: agreed.reason.clone(),
                basis: agreed.basis,
                by: agreed.agreed_by.map(|who| names.person(who)),
                at: agreed.at,
                before: match agreed.basis {
                    MarkBasis::Consensus => earlier(versions, &(bid.id, criterion.id.clone(), None)),
                    MarkBasis::Single | MarkBasis::Unanimous | MarkBasis::Standing => Vec::new(),
                },
            }),
            Agreement::Differs | Agreement::Missing => None,
        })
        .collect()
}

/// What was recorded for an answer, by an evaluator or (by nobody in particular) as its consensus, oldest first.
pub(super) type Versions = HashMap<(BidId, String, Option<AccountId>), Vec<MarkVersion>>;

pub(super) fn versions(events: &[event::Model], names: &EvaluationNames) -> Versions {
    let mut versions = Versions::new();
    for event in events {
        let (key, mark, reason) = match serde_json::from_value(event.body.clone()) {
            Ok(Event::MarkGiven { bid_id, criterion_id, mark, reason, .. }) => {
                ((bid_id, criterion_id, event.account_id), mark, reason)
            }
            Ok(Event::ConsensusRecorded { bid_id, criterion_id, mark, reason, .. }) => {
                ((bid_id, criterion_id, None), mark, reason)
            }
            _ => continue,
        };
        let by = event.account_id.map(|id| names.person(id)).unwrap_or_default();
        versions.entry(key).or_default().push(MarkVersion { mark, reason, by, at: event.at });
    }
    versions
}

/// All but the last, which stands.
pub(super) fn earlier(versions: &Versions, key: &(BidId, String, Option<AccountId>)) -> Vec<MarkVersion> {
    let all = versions.get(key).map(Vec::as_slice).unwrap_or_default();
    all.split_last().map(|(_, before)| before.to_vec()).unwrap_or_default()
}

/// `Bid A` … `Bid Z`, `Bid AA` …
fn label(place: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = place;
    loop {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    format!("Bid {}", letters.iter().rev().collect::<String>())
}
