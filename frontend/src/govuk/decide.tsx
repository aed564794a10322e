// A decision with its reasons, by somebody who confirms who they are where the server wants it.
import { type ReactNode, useState } from "react";
import { useAct } from "../api/act";
import { useConfirm } from "./confirm";
import { type FieldErrors, Form, Radios, Submit, TextArea } from "./form";

export interface Way<Verb extends string> {
  verb: Verb;
  words: string;
  hint?: string;
  /** What the button says once this is chosen: an order, such as “Return it” */
  order: string;
}

interface Props<Verb extends string, More, Made> {
  /** Of the fields' ids, and the heading's own */
  prefix: string;
  title: string;
  /** The field of the choice, by which the server names it */
  field?: string;
  label: string;
  /** What is said where nothing is chosen */
  missing?: string;
  /** What the viewer may decide; nothing is shown where there is nothing */
  ways: Way<Verb>[];
  reasonsHint: string;
  /** What else was typed, and goes with the decision */
  more: More;
  /** What of it is wrong */
  check?: (verb: Verb) => FieldErrors | undefined;
  /** Further fields, once a way is chosen: before the reasons, and after them */
  before?: (verb: Verb) => ReactNode;
  after?: (verb: Verb) => ReactNode;
  perform: (decision: { verb: Verb; reason: string } & More, key: string) => Promise<Made>;
  onDone: (made: Made, verb: Verb) => unknown;
}

const afterThat = (order: string) => `Confirm and ${order.charAt(0).toLowerCase()}${order.slice(1)}`;

export function Decide<Verb extends string, More extends object, Made>(props: Props<Verb, More, Made>) {
  const { prefix, title, field = "verb", label, missing = "Choose your decision", ways, reasonsHint, more } = props;
  const confirm = useConfirm(prefix);
  const [verb, setVerb] = useState("");
  const [reason, setReason] = useState("");
  const act = useAct(
    (decision: { verb: Verb; reason: string } & More, key) => confirm.confirmed(() => props.perform(decision, key)),
    { onDone: (made, decision) => props.onDone(made, decision.verb) },
  );
  if (ways.length === 0) return null;
  const chosen = ways.find((way) => way.verb === verb);
  // Where every way has the same order, it is known before one is chosen.
  const order = chosen?.order ?? (ways.every((way) => way.order === ways[0]!.order) ? ways[0]!.order : "Decide");
  return (
    <section className="fl-box fl-box--wash" aria-labelledby={prefix}>
      <h2 className="govuk-heading-m" id={prefix}>
        {title}
      </h2>
      <Form
        error={confirm.shown(act.error)}
        busy={act.isPending}
        prefix={prefix}
        onSubmit={() => {
          if (!chosen) return { [field]: missing };
          const wrong = props.check?.(chosen.verb);
          if (wrong) return wrong;
          if (!reason.trim()) return { reason: "Give your reasons" };
          if (confirm.wanted) return confirm.wanted;
          act.mutate({ ...more, verb: chosen.verb, reason: reason.trim() });
        }}
      >
        <Radios
          name={field}
          label={label}
          labelSize="s"
          choices={ways.map((way) => ({ value: way.verb, words: way.words, hint: way.hint }))}
          value={verb}
          onChange={setVerb}
        />
        {chosen ? props.before?.(chosen.verb) : null}
        <TextArea name="reason" label="Reasons" labelSize="s" hint={reasonsHint} value={reason} onChange={setReason} />
        {chosen ? props.after?.(chosen.verb) : null}
        {confirm.field}
        <Submit busy={act.isPending}>{confirm.asking ? afterThat(order) : order}</Submit>
      </Form>
    </section>
  );
}
