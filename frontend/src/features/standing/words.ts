// What the pages of a standing say of its verbs, steps and measures.
import type { StandingPage } from "../../api/types";

export type StandingVerb = StandingPage["can"][number]["verb"];
export type Step = StandingPage["timeline"][number]["step"];
export type MeasureKind = StandingPage["proposed"][number]["kind"];

/** The verbs that have a form here; those of joining are on the enrolment's own page. */
export const FORMS: Partial<
  Record<
    StandingVerb,
    {
      choice: string;
      submit: string;
      done: string;
      label: string;
      hint?: string;
      missing: string;
      evidence?: boolean;
      review?: boolean;
      warning?: boolean;
    }
  >
> = {
  stop_new_work: {
    choice: "Give no new work",
    submit: "Give no new work",
    done: "The provider gets no new work.",
    label: "Reason",
    hint: "The provider reads it.",
    missing: "Enter the reason",
    evidence: true,
    review: true,
    warning: true,
  },
  lift_stop: {
    choice: "End a cause",
    submit: "End this cause",
    done: "The cause has ended.",
    label: "Why it ends",
    hint: "The provider reads it.",
    missing: "Enter why it ends",
  },
  propose_suspension: {
    choice: "Propose a suspension",
    submit: "Propose it",
    done: "Proposed. A second person decides.",
    label: "Reason",
    hint: "The provider reads it once it is confirmed.",
    missing: "Enter the reason",
    evidence: true,
    review: true,
  },
  propose_removal: {
    choice: "Propose a removal",
    submit: "Propose it and tell the provider",
    done: "Proposed. The provider may say why not.",
    label: "Reason",
    hint: "The provider reads it at once.",
    missing: "Enter the reason",
    evidence: true,
    warning: true,
  },
  stop_urgently: {
    choice: "Stop at once, because it is urgent",
    submit: "Stop it now",
    done: "Stopped. A second person must confirm it within a day.",
    label: "Reason",
    hint: "The provider reads it. A line is enough.",
    missing: "Enter the reason",
    evidence: true,
    warning: true,
  },
  confirm: {
    choice: "Confirm, as the second person",
    submit: "Confirm it",
    done: "Confirmed.",
    label: "Why you confirm it",
    hint: "Kept for officers and auditors.",
    missing: "Enter why you confirm it",
    review: true,
    warning: true,
  },
  turn_down: {
    choice: "Turn down what is proposed",
    submit: "Turn it down",
    done: "Turned down.",
    label: "Why you turn it down",
    missing: "Enter why you turn it down",
  },
  reinstate: {
    choice: "Reinstate",
    submit: "Reinstate the provider",
    done: "Reinstated.",
    label: "Reason",
    hint: "The provider reads it.",
    missing: "Enter the reason",
    evidence: true,
  },
  review: {
    choice: "Review it and keep it",
    submit: "Keep it until the new date",
    done: "Kept until the new review date.",
    label: "Why it is kept",
    hint: "The provider reads it.",
    missing: "Enter why it is kept",
    review: true,
  },
  answer_appeal: {
    choice: "Answer the appeal",
    submit: "Answer the appeal",
    done: "The appeal is answered.",
    label: "Your answer",
    hint: "The provider reads it.",
    missing: "Enter your answer",
  },
  represent: {
    choice: "Say why not",
    submit: "Send it",
    done: "Sent. The officers who decide are told.",
    label: "What you have to say",
    hint: "Name nobody whom you care for.",
    missing: "Enter what you have to say",
  },
  appeal: {
    choice: "Appeal",
    submit: "Send your appeal",
    done: "Your appeal is with somebody who took no part in the decision.",
    label: "Why the decision is wrong",
    hint: "Name nobody whom you care for.",
    missing: "Enter why the decision is wrong",
  },
  withdraw: {
    choice: "Leave this category",
    submit: "Leave this category",
    done: "You have left this category.",
    label: "Why you leave",
    missing: "Enter why you leave",
    warning: true,
  },
};

export const stepWords: Record<Step, string> = {
  applied: "Asked to join",
  clarification_asked: "A question was asked",
  clarification_answered: "The question was answered",
  admitted: "Admitted",
  refused: "Refused",
  no_new_work_begun: "No new work: a cause began",
  no_new_work_ended: "A cause ended",
  suspended: "Suspended",
  urgently_stopped: "Stopped at once",
  urgent_stop_confirmed: "Urgent stop confirmed",
  urgent_stop_lapsed: "Urgent stop lapsed",
  urgent_stop_turned_down: "Urgent stop turned down",
  reinstated: "Reinstated",
  reviewed: "Reviewed and kept",
  removed: "Removed",
  withdrawn: "Left the category",
};

export const measureWords: Record<MeasureKind, string> = {
  suspension: "Suspension",
  removal: "Removal",
  urgent_stop: "Urgent stop",
};
