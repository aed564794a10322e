import { useQueryClient } from "@tanstack/react-query";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Opportunity } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Submit } from "../../govuk/form";
import { Tag, When } from "../../govuk/show";
import { canBid } from "../../words";

/** A bid from before a correction: kept, and counted once it is confirmed or revised. */
export function ConfirmBid({ shown, open }: { shown: Opportunity; open: boolean }) {
  const me = useMe();
  const cache = useQueryClient();
  const bid = shown.mine?.bid;
  const confirm = useAct(
    // Another correction makes this another act than confirming before.
    (_amendments: number, key) =>
      must(api.POST("/api/opportunities/{id}/bid/confirm", { params: { path: { id: shown.id } }, headers: keyed(key) })),
    {
      onDone: () => {
        announce("Your bid is confirmed. It counts.");
        void cache.invalidateQueries({ queryKey: ["opportunity", shown.id] });
        void cache.invalidateQueries({ queryKey: ["opportunities"] });
      },
    },
  );
  if (!bid) return null;
  return (
    <>
      <p className="govuk-body">
        <Tag colour="orange">{open ? "To confirm" : "Not confirmed"}</Tag> Version {bid.version}, received{" "}
        <When at={bid.submitted_at} />
      </p>
      <p className="govuk-body">
        {open
          ? "Your bid was made before the correction. It does not count until you confirm or revise it."
          : "Your bid was made before the correction. It was not confirmed or revised in time, so it did not count."}
      </p>
      {open && canBid(me, shown.category_id) ? (
        <Form prefix="confirm" error={confirm.error} busy={confirm.isPending} onSubmit={() => confirm.mutate(shown.amendments.length)}>
          <Submit busy={confirm.isPending}>Confirm the bid as it is</Submit>
        </Form>
      ) : null}
    </>
  );
}
