//! Typed ids: a bid's id cannot be handed over where a provider's is wanted.

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            Serialize, Deserialize, DeriveValueType, utoipa::ToSchema,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, sortable by the time it was made (UUID version 7).
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }
    )+};
}

typed_ids! {
    /// A person who can sign in.
    AccountId,
    /// A council or health body.
    AuthorityId,
    /// A care business.
    ProviderId,
    /// One purchasing system.
    MarketId,
    /// What a market is divided into.
    CategoryId,
    /// A provider's standing in a category.
    EnrolmentId,
    /// A version of what a market asks of those who want to join.
    QuestionnaireId,
    /// One person's need for care (private).
    PackageId,
    /// A package as advertised for bids.
    OpportunityId,
    /// What a provider asks about an opportunity.
    QueryId,
    /// A reminder to providers that had said nothing of an opportunity.
    NudgeId,
    /// A change of an advert after it was published.
    AmendmentId,
    /// What a provider submits.
    BidId,
    /// A bid as evaluators see it: whose it is cannot be told from it.
    BlindId,
    /// A document that goes with an answer, as evaluators see it: whose it is cannot be told from it, nor whether it went
    /// with another bid.
    AttachmentId,
    /// One evaluator's mark of one answer.
    MarkId,
    /// The mark of an answer that counts.
    AgreedMarkId,
    /// What an officer declared of their interests.
    DeclarationId,
    /// What an officer has on the register of interests.
    OfficerInterestId,
    /// What is asked about the price of a bid.
    InquiryId,
    /// One improvement of a bid in a ranking round.
    RoundRevisionId,
    /// A commissioner's recommendation of a bid, waiting for approval or decided.
    AwardId,
    /// An award to a named provider, proposed or decided.
    DirectAwardId,
    /// What stops a contract from being entered while a standstill runs.
    ChallengeId,
    /// An entry in the register.
    ContractId,
    /// A notice of an award that was published.
    NoticeId,
    /// A sum that members approved.
    BudgetId,
    /// A decision that set the figures of a budget.
    BudgetDecisionId,
    /// A member decision.
    DecisionId,
    /// An office with delegated power.
    PostId,
    /// A person's tenure of a post.
    HolderId,
    /// Power handed by a decision, or by a post, to a post.
    DelegationId,
    /// A recorded event.
    EventId,
    /// Mail owed.
    LetterId,
    /// A file that a provider shows in proof.
    DocumentId,
    /// A piece of evidence of an enrolment.
    EvidenceId,
    /// How a market words a kind of letter.
    WordingId,
    /// What officers are to see to.
    TaskId,
    /// One change of a provider’s standing.
    StandingChangeId,
    /// One cause for which a provider gets no new work.
    StopId,
    /// A suspension, a removal or an urgent stop.
    MeasureId,
    /// What a provider says against what is decided about it.
    RepresentationId,
    /// A ground for exclusion, declared or raised.
    ExclusionId,
    /// A list of debarred suppliers.
    DebarmentListId,
    /// A line of such a list.
    DebarmentEntryId,
    /// A provider that may be on such a list.
    DebarmentMatchId,
    /// A second reading of a request to join.
    ReadingId,
    /// What a register says of a provider, for officers to look at.
    ConcernId,
    /// That somebody is asked to act for a provider.
    InvitationId,
    /// Where a provider works from.
    BaseId,
}
