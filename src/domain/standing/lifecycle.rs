//! The whole life of a provider's standing in a category: one total match of every standing and every verb, of officers,
//! of the provider and of the clock. The rules ask here first, so that what is printed of it is what holds.

use crate::domain::refusal::{Code, Refusal};
use entity::vocabulary::*;
use serde::{Deserialize, Serialize};

/// What may be done to a provider's standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Apply,
    Ask,
    Answer,
    Extend,
    Admit,
    Refuse,
    /// Give a standing mark, or change it.
    Mark,
    /// An officer stops new work, for a cause of its own.
    StopNewWork,
    /// An officer ends a cause that an officer began.
    LiftStop,
    /// The clock's: a piece of evidence has expired.
    StopForEvidence,
    /// The renewed evidence was accepted.
    LiftForEvidence,
    ProposeSuspension,
    ProposeRemoval,
    /// At once; it lapses unless a second person confirms it.
    StopUrgently,
    /// What was proposed, or an urgent stop.
    Confirm,
    TurnDown,
    /// The clock's: nobody confirmed an urgent stop in time.
    Lapse,
    Reinstate,
    /// Look at it on its review date, and keep it until another.
    Review,
    /// The provider's: why not.
    Represent,
    Appeal,
    AnswerAppeal,
    /// The provider leaves.
    Withdraw,
}

impl Verb {
    /// Every one of them, in the order of a standing's life.
    pub const ALL: [Self; 23] = [
        Self::Apply,
        Self::Ask,
        Self::Answer,
        Self::Extend,
        Self::Admit,
        Self::Refuse,
        Self::Mark,
        Self::StopNewWork,
        Self::LiftStop,
        Self::StopForEvidence,
        Self::LiftForEvidence,
        Self::ProposeSuspension,
        Self::ProposeRemoval,
        Self::StopUrgently,
        Self::Confirm,
        Self::TurnDown,
        Self::Lapse,
        Self::Reinstate,
        Self::Review,
        Self::Represent,
        Self::Appeal,
        Self::AnswerAppeal,
        Self::Withdraw,
    ];
}

/// What is answered to a verb in a standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    /// By somebody else than whoever proposed it.
    Second,
    /// If an appeal against it was upheld.
    OnAppeal,
    No(Code, &'static str),
}

/// Whether this verb may follow this standing, at least for somebody.
pub const fn may(standing: Standing, verb: Verb) -> bool {
    !matches!(answer(standing, verb), Answer::No(..))
}

/// Whether this may be done now.
///
/// # Errors
/// With the code and the words of the answer.
pub fn allow(standing: Standing, verb: Verb) -> Result<(), Refusal> {
    match answer(standing, verb) {
        Answer::Yes | Answer::Second | Answer::OnAppeal => Ok(()),
        Answer::No(code, words) => Err(Refusal::new(code, words)),
    }
}

const NEVER_IN: &str = "The provider is not in this category: this cannot be done now.";

/// Why something cannot be done in a standing, where nothing closer can be said.
const fn no(standing: Standing) -> Answer {
    let words = match standing {
        Standing::Applied => "The request is waiting for a decision: this cannot be done now.",
        Standing::Clarification => "A clarification is waiting for its answer: this cannot be done now.",
        Standing::Admitted => "The provider is admitted: this cannot be done now.",
        Standing::NoNewWork => "The provider gets no new work for now: this cannot be done.",
        Standing::Suspended => "The provider is suspended: this cannot be done now.",
        Standing::Refused => "The request was refused: the provider may apply again.",
        Standing::Removed => "The provider was removed from this category: it may apply again.",
        Standing::Withdrawn => "The provider has left this category: it may apply again.",
    };
    Answer::No(Code::StandingForbids, words)
}

/// What is answered to a verb in a standing. One total match: a new standing or verb must be thought about here.
pub const fn answer(standing: Standing, verb: Verb) -> Answer {
    use Answer::Yes;
    use Standing::*;
    match verb {
        Verb::Apply => match standing {
            Refused | Removed | Withdrawn => Yes,
            Applied | Clarification | Admitted | NoNewWork | Suspended => Answer::No(
                Code::AlreadyApplied,
                "You have already asked to join this category: see your enrolments.",
            ),
        },
        Verb::Ask => match standing {
            Applied => Yes,
            Clarification | Admitted | NoNewWork | Suspended | Refused | Removed | Withdrawn => no(standing),
        },
        Verb::Answer => match standing {
            Clarification => Yes,
            Applied | Admitted | NoNewWork | Suspended | Refused | Removed | Withdrawn => no(standing),
        },
        Verb::Extend | Verb::Admit | Verb::Refuse => match standing {
            Applied | Clarification => Yes,
            Admitted | NoNewWork | Suspended | Refused | Removed | Withdrawn => no(standing),
        },
        Verb::Mark => match standing {
            Applied | Clarification | Admitted | NoNewWork | Suspended => Yes,
            Refused | Removed | Withdrawn => no(standing),
        },
        // Several causes may hold at once.
        Verb::StopNewWork | Verb::ProposeSuspension | Verb::StopUrgently => match standing {
            Admitted | NoNewWork => Yes,
            Applied | Clarification | Refused | Removed | Withdrawn => {
                Answer::No(Code::StandingForbids, NEVER_IN)
            }
            Suspended => no(standing),
        },
        // What expires under a suspension is kept, and outlasts it.
        Verb::StopForEvidence => match standing {
            Admitted | NoNewWork | Suspended => Yes,
            Applied | Clarification | Refused | Removed | Withdrawn => {
                Answer::No(Code::StandingForbids, NEVER_IN)
            }
        },
        Verb::LiftStop | Verb::LiftForEvidence => match standing {
            NoNewWork | Suspended => Yes,
            Admitted | Applied | Clarification | Refused | Removed | Withdrawn => {
                Answer::No(Code::NothingStopped, "Nothing keeps this provider from new work here.")
            }
        },
        Verb::ProposeRemoval => match standing {
            Admitted | NoNewWork | Suspended => Yes,
            Applied | Clarification | Refused | Removed | Withdrawn => {
                Answer::No(Code::StandingForbids, NEVER_IN)
            }
        },
        Verb::Confirm => match standing {
            Admitted | NoNewWork | Suspended => Answer::Second,
            Applied | Clarification | Refused | Removed | Withdrawn => NOTHING_PROPOSED,
        },
        Verb::TurnDown => match standing {
            Admitted | NoNewWork | Suspended => Yes,
            Applied | Clarification | Refused | Removed | Withdrawn => NOTHING_PROPOSED,
        },
        Verb::Lapse => match standing {
            Suspended => Yes,
            Admitted | NoNewWork | Applied | Clarification | Refused | Removed | Withdrawn => {
                NOTHING_PROPOSED
            }
        },
        Verb::Reinstate => match standing {
            Suspended => Yes,
            Removed => Answer::OnAppeal,
            NoNewWork => Answer::No(
                Code::StandingForbids,
                "End what keeps the provider from new work, each cause by itself.",
            ),
            Admitted | Applied | Clarification | Refused | Withdrawn => no(standing),
        },
        Verb::Review => match standing {
            NoNewWork | Suspended => Yes,
            Admitted | Applied | Clarification | Refused | Removed | Withdrawn => {
                Answer::No(Code::NoReviewDue, "Nothing about this provider’s standing waits for a review.")
            }
        },
        // One that is admitted only while its removal is proposed: the rule looks.
        Verb::Represent => match standing {
            Admitted | NoNewWork | Suspended => Yes,
            Applied | Clarification | Refused | Removed | Withdrawn => no(standing),
        },
        Verb::Appeal => match standing {
            Refused | NoNewWork | Suspended | Removed => Yes,
            Applied | Clarification | Admitted | Withdrawn => {
                Answer::No(Code::StandingForbids, "There is no decision against you here to appeal against.")
            }
        },
        // Whatever became of the standing since.
        Verb::AnswerAppeal => match standing {
            Applied | Clarification | Admitted | NoNewWork | Suspended | Refused | Removed | Withdrawn => Yes,
        },
        Verb::Withdraw => match standing {
            Applied | Clarification | Admitted | NoNewWork | Suspended => Yes,
            Refused | Removed | Withdrawn => no(standing),
        },
    }
}

const NOTHING_PROPOSED: Answer = Answer::No(Code::NothingProposed, "Nothing waits here for a second person.");

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole matrix, as the rules answer. `second`: by somebody else than whoever proposed it. `appeal`: if an appeal
    /// was upheld.
    #[test]
    fn the_lifecycle_of_a_standing_is_as_printed() {
        let mut lines = vec![format!(
            "{:<20}{}",
            "",
            Standing::ALL.iter().map(|standing| format!("{:<18}", standing.as_str())).collect::<String>()
        )];
        for verb in Verb::ALL {
            let cells: String = Standing::ALL
                .iter()
                .map(|standing| match answer(*standing, verb) {
                    Answer::Yes => format!("{:<18}", "yes"),
                    Answer::Second => format!("{:<18}", "second"),
                    Answer::OnAppeal => format!("{:<18}", "on appeal"),
                    Answer::No(code, _) => format!("{:<18}", code.as_str()),
                })
                .collect();
            lines.push(format!("{:<20}{cells}", format!("{verb:?}")));
        }
        let lines: Vec<_> = lines.iter().map(|line| line.trim_end()).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    /// New work comes back by lifting, reinstating or joining, and by nothing else.
    #[test]
    fn whoever_is_out_of_a_category_comes_in_by_asking_or_on_appeal_alone() {
        for standing in [Standing::Refused, Standing::Removed, Standing::Withdrawn] {
            let verbs: Vec<_> = Verb::ALL
                .into_iter()
                .filter(|verb| may(standing, *verb) && !matches!(verb, Verb::Appeal | Verb::AnswerAppeal))
                .collect();
            let wanted = match standing {
                Standing::Removed => vec![Verb::Apply, Verb::Reinstate],
                _ => vec![Verb::Apply],
            };
            assert_eq!(verbs, wanted, "{standing:?}");
        }
    }
}
