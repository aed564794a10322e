import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import type { ApprovalCard, BatchOutcome } from "../../api/types";
import { announce } from "../../govuk/announce";
import { useConfirm } from "../../govuk/confirm";
import { Checkboxes, Form, Submit, TextArea } from "../../govuk/form";
import { pounds } from "../../govuk/money";
import { Tag } from "../../govuk/show";

interface Done {
  outcome: BatchOutcome;
  card: ApprovalCard | undefined;
}

/** Several at once, where their markets allow it: each is still decided by itself. */
export function Batch({ cards }: { cards: ApprovalCard[] }) {
  const cache = useQueryClient();
  const confirm = useConfirm("batch");
  const [chosen, setChosen] = useState<string[]>([]);
  const [reason, setReason] = useState("");
  const [done, setDone] = useState<Done[]>([]);
  const act = useAct(
    (body: { opportunity_ids: string[]; reason: string }, key) =>
      confirm.confirmed(() => must(api.POST("/api/approvals/batch", { body, headers: keyed(key) }))),
    {
      onDone: (outcomes) => {
        setDone(outcomes.map((outcome) => ({ outcome, card: cards.find((card) => card.opportunity_id === outcome.opportunity_id) })));
        setChosen([]);
        const approved = outcomes.filter((outcome) => outcome.approved).length;
        announce(`${approved} of ${outcomes.length} approved.`);
        for (const key of [["opportunity"], ["opportunities"], ["approvals"], ["contracts"]]) void cache.invalidateQueries({ queryKey: key });
      },
    },
  );
  return (
    <>
      {done.length > 0 ? (
        <section className="fl-box" aria-labelledby="batch-done">
          <h2 className="govuk-heading-m" id="batch-done">
            What became of them
          </h2>
          <ul className="govuk-list govuk-list--spaced">
            {done.map(({ outcome, card }) => (
              <li key={outcome.opportunity_id}>
                {outcome.approved ? <Tag colour="teal">Approved</Tag> : <Tag colour="red">Not approved</Tag>} {card?.reference}, {card?.title}
                {outcome.why_not ? <>: {outcome.why_not}</> : null}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {cards.length > 1 ? (
        <section className="fl-box fl-box--wash" aria-labelledby="batch">
          <h2 className="govuk-heading-m" id="batch">
            Approve several at once
          </h2>
          <p className="govuk-body">Read each request first. Each is decided by itself, on its own chain of authority, with this reason.</p>
          <Form
            error={confirm.shown(act.error)}
            busy={act.isPending}
            prefix="batch"
            onSubmit={() => {
              const ids = chosen.filter((id) => cards.some((card) => card.opportunity_id === id));
              if (ids.length === 0) return { opportunity_ids: "Choose what to approve" };
              if (!reason.trim()) return { reason: "Give your reasons" };
              if (confirm.wanted) return confirm.wanted;
              act.mutate({ opportunity_ids: ids, reason: reason.trim() });
            }}
          >
            <Checkboxes
              name="opportunity_ids"
              label="Approve"
              labelSize="s"
              choices={cards.map((card) => ({
                value: card.opportunity_id,
                words: `${card.reference}, ${card.title}`,
                hint: `To ${card.provider_name}, ${pounds(card.yearly_value)} a year`,
              }))}
              values={chosen}
              onChange={setChosen}
            />
            <TextArea name="reason" label="Reasons" labelSize="s" hint="Recorded with each of them." value={reason} onChange={setReason} />
            {confirm.field}
            <Submit busy={act.isPending}>{confirm.asking ? "Confirm and approve them" : "Approve them"}</Submit>
          </Form>
        </section>
      ) : null}
    </>
  );
}
