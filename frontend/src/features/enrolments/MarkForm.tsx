// A mark with its reason, given once and changed later: for an answer to the questionnaire, and for one that stands for
// every opportunity.
import { type ReactNode, useState } from "react";
import { Button, Form, Input, Submit, TextArea } from "../../govuk/form";
import { plain } from "../../govuk/money";

interface Given {
  mark: string;
  reason: string;
}

export function MarkForm({
  prefix,
  label,
  change,
  of,
  words,
  most,
  before,
  hint,
  error,
  busy,
  save,
}: {
  prefix: string;
  label: ReactNode;
  /** What the button says that opens the form again */
  change: string;
  /** What is marked, for those who hear one field at a time; with what stands before it */
  of: string;
  /** What the mark is called where it is missing or wrong */
  words: string;
  most: string;
  before?: Given | null;
  hint: string;
  error: Error | null;
  busy: boolean;
  /** `done` closes the form. */
  save: (given: Given, done: () => void) => void;
}) {
  const [open, setOpen] = useState(!before);
  const [mark, setMark] = useState(before ? plain(before.mark) : "");
  const [reason, setReason] = useState(before?.reason ?? "");
  if (!open)
    return (
      <Button kind="secondary" onClick={() => setOpen(true)}>
        {change}
        <span className="govuk-visually-hidden">{of}</span>
      </Button>
    );
  return (
    <Form
      prefix={prefix}
      error={error}
      busy={busy}
      onSubmit={() => {
        const given = Number(mark.replace(",", "."));
        if (!mark.trim() || !(given >= 0 && given <= Number(most))) return { mark: `Enter the ${words}, from 0 to ${plain(most)}` };
        if (!reason.trim()) return { reason: "Enter the reason for this mark. The provider reads it." };
        save({ mark: mark.trim().replace(",", "."), reason: reason.trim() }, () => setOpen(false));
      }}
    >
      <Input name="mark" label={label} labelSize="s" numeric width={4} value={mark} onChange={setMark} />
      <TextArea
        name="reason"
        label={
          <>
            Reason for the mark<span className="govuk-visually-hidden">{of}</span>
          </>
        }
        labelSize="s"
        hint={hint}
        rows={3}
        value={reason}
        onChange={setReason}
      />
      <Submit kind="secondary" busy={busy}>
        {before ? "Change the mark" : "Give this mark"}
      </Submit>
    </Form>
  );
}
