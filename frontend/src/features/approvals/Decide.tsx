import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { approval, contract } from "../../api/queries";
import type { ApprovalRequest, Contract } from "../../api/types";
import { announce } from "../../govuk/announce";
import { useConfirm } from "../../govuk/confirm";
import { Form, Radios, Submit, TextArea } from "../../govuk/form";
import { pounds } from "../../govuk/money";

type Verb = "approve" | "return" | "decline";

const BUTTON: Record<Verb, string> = { approve: "Approve the award", return: "Return it", decline: "Decline it" };
const CONFIRM: Record<Verb, string> = {
  approve: "Confirm and approve the award",
  return: "Confirm and return it",
  decline: "Confirm and decline it",
};

export function Decide({ shown }: { shown: ApprovalRequest }) {
  const id = shown.opportunity_id;
  const cache = useQueryClient();
  const navigate = useNavigate();
  const confirm = useConfirm("decide");
  const [verb, setVerb] = useState("");
  const [reason, setReason] = useState("");
  const [publicReason, setPublicReason] = useState("");
  const act = useAct(
    (body: { verb: Verb; reason: string; public_reason: string | null }, key) =>
      confirm.confirmed(async (): Promise<Contract | null> => {
        const params = { path: { id } };
        const headers = keyed(key);
        if (body.verb === "approve") {
          const { reason, public_reason } = body;
          return must(api.POST("/api/opportunities/{id}/approve", { params, body: { reason, public_reason }, headers }));
        }
        if (body.verb === "return") {
          await must(api.POST("/api/opportunities/{id}/return", { params, body: { reason: body.reason }, headers }));
        } else {
          await must(api.POST("/api/opportunities/{id}/decline", { params, body: { reason: body.reason }, headers }));
        }
        return null;
      }),
    {
      onDone: async (made, body) => {
        for (const key of [["opportunity", id], ["opportunities"], ["approvals"], ["contracts"]]) {
          void cache.invalidateQueries({ queryKey: key });
        }
        if (made) {
          cache.setQueryData(contract(made.id).queryKey, made);
          announce("Approved. The contract is in the register, and every bidder is told.");
          void navigate(`/contracts/${made.id}`);
          return;
        }
        await cache.refetchQueries({ queryKey: approval(id).queryKey });
        announce(body.verb === "return" ? "Returned to whoever recommended it." : "Declined. Whoever recommended it is told.");
      },
    },
  );
  const all: { value: Verb; words: string; hint: string }[] = [
    {
      value: "approve",
      words: `Approve the award to ${shown.recommendation.provider_name}`,
      hint: `${pounds(shown.recommendation.yearly_value)} a year`,
    },
    { value: "return", words: "Return it", hint: "It can be put to you again, improved." },
    { value: "decline", words: "Decline it", hint: "That ends this route: it can be recommended anew only with a new reason." },
  ];
  const choices = all.filter((choice) => shown.can.includes(choice.value));
  if (choices.length === 0) return null;
  const chosen = verb as Verb | "";
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="decide">
      <h2 className="govuk-heading-m" id="decide">
        Your decision
      </h2>
      <Form
        error={confirm.shown(act.error)}
        busy={act.isPending}
        prefix="decide"
        onSubmit={() => {
          if (!chosen) return { verb: "Choose your decision" };
          if (!reason.trim()) return { reason: "Give your reasons" };
          if (confirm.wanted) return confirm.wanted;
          act.mutate({
            verb: chosen,
            reason: reason.trim(),
            public_reason: chosen === "approve" ? publicReason.trim() || null : null,
          });
        }}
      >
        <Radios name="verb" label="Decide" labelSize="s" choices={choices} value={verb} onChange={setVerb} />
        <TextArea
          name="reason"
          label="Reasons"
          labelSize="s"
          hint="Recorded with the decision, for officers."
          value={reason}
          onChange={setReason}
        />
        {chosen === "approve" ? (
          <TextArea
            name="public_reason"
            label="Reason for the public record (optional)"
            labelSize="s"
            hint="Anybody may read it. Say nothing about the person."
            value={publicReason}
            onChange={setPublicReason}
            rows={2}
          />
        ) : null}
        {confirm.field}
        <Submit busy={act.isPending}>{!chosen ? "Decide" : confirm.asking ? CONFIRM[chosen] : BUTTON[chosen]}</Submit>
      </Form>
    </section>
  );
}
