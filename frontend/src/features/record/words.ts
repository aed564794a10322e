// The words of a record of an award, as its PDF says them.
import type { AwardRecord, ChainLink, RecordedLetter, RecordedMark } from "../../api/types";

export const BASIS: Record<RecordedMark["basis"], string> = {
  single: "One evaluator marked this answer.",
  unanimous: "Every evaluator gave this mark.",
  consensus: "Evaluators differed. Consensus, recorded by",
  standing: "The provider’s standing mark, from its enrolment, given by",
};

export const LINK: Record<ChainLink["kind"], string> = {
  decision: "Decision",
  delegation: "Delegation",
  holder: "Post and holder",
};

export const PANEL: Record<AwardRecord["panel"][number]["state"], string> = {
  marking: "Has not finished",
  finished: "Finished",
  released: "Released",
  set_aside: "Declared an interest: their marks do not count",
};

export const LETTER: Record<RecordedLetter["kind"], string> = {
  invited: "An invitation to a colleague",
  opportunity_digest: "A new opportunity, in one letter a day",
  colleague_left: "The end of somebody’s access",
  clarification_asked: "A question about an application",
  enrolment_admitted: "Admitted",
  enrolment_refused: "Refused",
  reading_wanted: "A request to join is to be read",
  enrolment_suspended: "Suspended",
  enrolment_reinstated: "Reinstated",
  evidence_accepted: "Evidence was accepted",
  evidence_refused: "Evidence was refused",
  evidence_expiring: "Evidence expires soon",
  evidence_expired: "Evidence has expired",
  no_new_work_begun: "No new work for now",
  urgently_stopped: "Suspended at once",
  removal_proposed: "A removal is proposed",
  removal_dropped: "A removal was not confirmed",
  enrolment_removed: "Removed",
  appeal_answered: "The answer to an appeal",
  ground_raised: "A question about an exclusion",
  ground_decided: "The decision on a question about an exclusion",
  concern_raised: "A register says something of a provider",
  second_person_wanted: "A second person is wanted",
  urgent_stop_lapsed: "An urgent stop lapsed",
  representation_made: "What a provider said of its standing",
  enrolment_withdrawn: "A provider left",
  opportunity_published: "A new opportunity",
  opportunity_withdrawn: "The opportunity was withdrawn",
  deadline_extended: "A later deadline",
  advert_corrected: "The advert was corrected",
  opportunity_reminder: "A reminder of the opportunity",
  query_asked: "A question about the opportunity",
  query_published: "A question was answered for everybody",
  query_answered_alone: "A question was answered to its asker alone",
  price_questioned: "A question about a price",
  price_explained: "A price was explained",
  price_decided: "The decision on a price",
  shortlisted: "On the shortlist",
  approval_wanted: "An approval is wanted",
  approval_urgent: "An urgent approval is wanted",
  approval_reminded: "A reminder that an approval is wanted",
  approval_escalated: "An approval that nobody gave in time",
  award_declined: "The recommendation was declined",
  award_set_aside: "The award was set aside",
  award_returned: "The recommendation was returned",
  award_won: "The award",
  outcome_told: "The outcome",
  cap_warning: "A warning about a budget",
  clock_due_soon: "A reminder of what is due",
  clock_overdue: "A reminder of what is overdue",
  no_award_made: "No award was made",
  contract_entered: "The standstill has ended",
  direct_award_made: "An award without bids",
  direct_award_ended: "A contract was ended",
};

export const LETTER_STATE: Record<RecordedLetter["state"], string> = {
  owed: "Waiting to be sent",
  deferred: "To be tried again",
  sent: "Sent",
  undeliverable: "Could not be delivered",
  dropped: "Not sent: its reader had left, or chose an hour after the deadline",
};
