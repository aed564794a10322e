// Deciding on an award without bids, and reviewing one that was urgent.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { api, keyed, must } from "../../api/client";
import { contract } from "../../api/queries";
import type { Contract, DirectAward } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Decide as Decision } from "../../govuk/decide";
import { Input } from "../../govuk/form";
import { pounds } from "../../govuk/money";
import { directAward } from "./queries";

function readAgain(cache: QueryClient, shown?: DirectAward) {
  for (const key of ["direct-awards", "approvals", "packages", "contracts", "clocks"]) void cache.invalidateQueries({ queryKey: [key] });
  if (shown) cache.setQueryData(directAward(shown.id).queryKey, shown);
}

export function Decide({ shown }: { shown: DirectAward }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return (
    <Decision
      prefix="decide"
      title="Your decision"
      label="Decide"
      ways={[
        {
          verb: "approve" as const,
          words: `Approve the award to ${shown.provider_name}`,
          hint: `${pounds(shown.yearly_value)} a year`,
          order: "Approve the award",
        },
        { verb: "return" as const, words: "Return it to whoever proposed it", order: "Return it" },
      ]}
      reasonsHint="Recorded with the decision, for officers."
      more={{}}
      perform={async ({ verb, reason }, key): Promise<{ contract?: Contract; returned?: DirectAward }> => {
        const options = { params: { path: { id: shown.id } }, body: { reason }, headers: keyed(key) };
        return verb === "approve"
          ? { contract: await must(api.POST("/api/direct-awards/{id}/approve", options)) }
          : { returned: await must(api.POST("/api/direct-awards/{id}/return", options)) };
      }}
      onDone={({ contract: made, returned }) => {
        readAgain(cache, returned);
        if (!made) return announce("Returned to whoever proposed it.");
        cache.setQueryData(contract(made.id).queryKey, made);
        announce("Approved. The contract is in the register, and the provider is told.");
        void navigate(`/contracts/${made.id}`);
      }}
    />
  );
}

export function Review({ shown }: { shown: DirectAward }) {
  const cache = useQueryClient();
  const [lastDay, setLastDay] = useState("");
  return (
    <Decision
      prefix="review"
      title="Review this urgent award"
      field="outcome"
      label="Was it right?"
      missing="Choose what the review finds"
      ways={[
        { verb: "confirmed" as const, words: "Confirm it", hint: "It stands to the end of its term.", order: "Record the review" },
        { verb: "ended" as const, words: "End it earlier", order: "Record the review" },
      ]}
      reasonsHint="Recorded with the review."
      more={{ lastDay }}
      check={(outcome) => (outcome === "ended" && !lastDay ? { last_day: "Enter the contract’s last day" } : undefined)}
      before={(outcome) =>
        outcome === "ended" ? (
          <Input name="last_day" type="date" width={10} label="The contract’s last day" value={lastDay} onChange={setLastDay} />
        ) : null
      }
      perform={({ verb, reason, lastDay: day }, key) =>
        must(
          api.POST("/api/direct-awards/{id}/review", {
            params: { path: { id: shown.id } },
            body: { outcome: verb, reason, last_day: verb === "ended" ? day : null },
            headers: keyed(key),
          }),
        )
      }
      onDone={(reviewed) => {
        readAgain(cache, reviewed);
        announce(reviewed.review === "ended" ? "Reviewed. The provider is told that the contract ends." : "Reviewed and confirmed.");
      }}
    />
  );
}
