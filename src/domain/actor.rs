//! Who acts, and what an act needs of them. Read from the database in the transaction that uses it.

use super::refusal::{Code, Refusal};
use entity::{person::Categories, vocabulary::*};

/// A person at work: for an authority, or for a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub account_id: AccountId,
    pub name: String,
    pub email: String,
    pub office: Office,
}

/// For how long a person who gave their password counts as confirmed, in minutes.
pub const CONFIRMED_MINUTES_MAX: i64 = 10;

/// Deciding on an award needs that the person confirmed just now who they are: a page left open decides nothing.
///
/// # Errors
/// `confirmation_needed`.
pub fn check_confirmed(confirmed_at: Option<Instant>, now: Instant) -> Result<(), Refusal> {
    match confirmed_at {
        Some(at) if now < at.plus_seconds(CONFIRMED_MINUTES_MAX * 60) => Ok(()),
        _ => Err(Refusal::new(
            Code::ConfirmationNeeded,
            format!(
                "Confirm that it is you: give your password again. It counts for {CONFIRMED_MINUTES_MAX} minutes."
            ),
        )),
    }
}

/// For whom a person acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Office {
    Officer {
        authority_id: AuthorityId,
        roles: Vec<OfficerRole>,
    },
    Provider {
        provider_id: ProviderId,
        role: ProviderRole,
        /// Where they bid and are written to.
        categories: Categories,
    },
}

/// What a person must be to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Anyone with an account.
    SignedIn,
    /// An officer with one of these roles; with none named, any officer.
    Officer(&'static [OfficerRole]),
    /// A person of a provider with one of these roles.
    Provider(&'static [ProviderRole]),
}

impl Need {
    /// Whether this person is what is needed.
    ///
    /// # Errors
    /// `role_needed`, naming what is needed.
    pub fn check(self, actor: &Actor) -> Result<(), Refusal> {
        let enough = match (self, &actor.office) {
            (Self::SignedIn, _) | (Self::Officer([]), Office::Officer { .. }) => true,
            (Self::Officer(wanted), Office::Officer { roles, .. }) => {
                wanted.iter().any(|role| roles.contains(role))
            }
            (Self::Provider(wanted), Office::Provider { role, .. }) => wanted.contains(role),
            (Self::Officer(_), Office::Provider { .. }) | (Self::Provider(_), Office::Officer { .. }) => {
                false
            }
        };
        if enough {
            return Ok(());
        }
        let words = match self {
            Self::SignedIn => String::new(),
            Self::Officer([]) => "Only an officer of an authority may do this.".to_owned(),
            Self::Officer(roles) => {
                format!("Only an officer who is {} may do this.", any_of(roles.iter().map(|r| r.as_str())))
            }
            Self::Provider(roles) => format!(
                "Only a person of a provider who is {} may do this.",
                any_of(roles.iter().map(|r| r.as_str()))
            ),
        };
        Err(Refusal::new(Code::RoleNeeded, words))
    }
}

fn any_of<'a>(roles: impl Iterator<Item = &'a str>) -> String {
    roles.collect::<Vec<_>>().join(" or ")
}

impl Actor {
    /// The authority it acts for.
    ///
    /// # Errors
    /// `role_needed` for a person of a provider.
    pub fn authority(&self) -> Result<AuthorityId, Refusal> {
        match self.office {
            Office::Officer { authority_id, .. } => Ok(authority_id),
            Office::Provider { .. } => {
                Err(Refusal::new(Code::RoleNeeded, "Only an officer of an authority may do this."))
            }
        }
    }

    /// The provider it acts for.
    ///
    /// # Errors
    /// `role_needed` for an officer.
    pub fn provider(&self) -> Result<ProviderId, Refusal> {
        match self.office {
            Office::Provider { provider_id, .. } => Ok(provider_id),
            Office::Officer { .. } => {
                Err(Refusal::new(Code::RoleNeeded, "Only a person of a provider may do this."))
            }
        }
    }

    /// Whether a category is theirs to bid in, as far as their provider lets them: standing is another matter.
    ///
    /// # Errors
    /// `other_categories`.
    pub fn check_category(&self, category: CategoryId) -> Result<(), Refusal> {
        match &self.office {
            Office::Provider { categories, .. } if !categories.cover(category) => Err(Refusal::new(
                Code::OtherCategories,
                "You bid in other categories for your organisation. Ask one of its administrators to let you bid in this one.",
            )),
            Office::Provider { .. } | Office::Officer { .. } => Ok(()),
        }
    }

    /// Whether it is an officer with this role.
    pub fn is(&self, wanted: OfficerRole) -> bool {
        matches!(&self.office, Office::Officer { roles, .. } if roles.contains(&wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_counts_for_ten_minutes_and_not_a_millisecond_longer() {
        let at = Instant::from_milliseconds(1_000_000);
        let code = |confirmed, now| check_confirmed(confirmed, now).map_err(|refusal| refusal.code);
        assert_eq!(code(Some(at), at.plus_milliseconds(10 * 60_000 - 1)), Ok(()));
        assert_eq!(code(Some(at), at.plus_milliseconds(10 * 60_000)), Err(Code::ConfirmationNeeded));
        assert_eq!(code(None, at), Err(Code::ConfirmationNeeded));
    }
}
