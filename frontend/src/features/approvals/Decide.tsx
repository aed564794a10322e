import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { api, keyed, must } from "../../api/client";
import { approval, contract } from "../../api/queries";
import type { ApprovalRequest, Contract } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Decide as Decision, type Way } from "../../govuk/decide";
import { TextArea } from "../../govuk/form";
import { pounds } from "../../govuk/money";

type Verb = "approve" | "return" | "decline";

async function send(id: string, verb: Verb, reason: string, publicReason: string | null, key: string): Promise<Contract | null> {
  const params = { path: { id } };
  const headers = keyed(key);
  if (verb === "approve") {
    return must(api.POST("/api/opportunities/{id}/approve", { params, body: { reason, public_reason: publicReason }, headers }));
  }
  if (verb === "return") await must(api.POST("/api/opportunities/{id}/return", { params, body: { reason }, headers }));
  else await must(api.POST("/api/opportunities/{id}/decline", { params, body: { reason }, headers }));
  return null;
}

export function Decide({ shown }: { shown: ApprovalRequest }) {
  const id = shown.opportunity_id;
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [publicReason, setPublicReason] = useState("");
  const ways: Way<Verb>[] = [
    {
      verb: "approve",
      words: `Approve the award to ${shown.recommendation.provider_name}`,
      hint: `${pounds(shown.recommendation.yearly_value)} a year`,
      order: "Approve the award",
    },
    { verb: "return", words: "Return it", hint: "It can be put to you again, improved.", order: "Return it" },
    {
      verb: "decline",
      words: "Decline it",
      hint: "That ends this route: it can be recommended anew only with a new reason.",
      order: "Decline it",
    },
  ];
  return (
    <Decision
      prefix="decide"
      title="Your decision"
      label="Decide"
      ways={ways.filter((way) => shown.can.includes(way.verb))}
      reasonsHint="Recorded with the decision, for officers."
      more={{ publicReason: publicReason.trim() || null }}
      after={(verb) =>
        verb === "approve" ? (
          <TextArea
            name="public_reason"
            label="Reason for the public record (optional)"
            labelSize="s"
            hint="Anybody may read it. Say nothing about the person."
            value={publicReason}
            onChange={setPublicReason}
            rows={2}
          />
        ) : null
      }
      perform={(decision, key) => send(id, decision.verb, decision.reason, decision.publicReason, key)}
      onDone={async (made, verb) => {
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
        announce(verb === "return" ? "Returned to whoever recommended it." : "Declined. Whoever recommended it is told.");
      }}
    />
  );
}
