import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { marketBudget } from "../../api/queries";
import type { BudgetView, NewCap } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Input, Radios, Submit, TextArea } from "../../govuk/form";
import { pounds } from "../../govuk/money";

const figure = (typed: string) => typed.replace(/[£,\s]/g, "") || null;

/** Members have decided on the budget anew: an officer records their decision. */
export function Record({ market, budget }: { market: string; budget: BudgetView }) {
  const cache = useQueryClient();
  const [body, setBody] = useState(budget.set_by ?? "");
  const [takenOn, setTakenOn] = useState("");
  const [title, setTitle] = useState("");
  const [reference, setReference] = useState("");
  const [document, setDocument] = useState("");
  const [open, setOpen] = useState("public");
  const [cap, setCap] = useState("");
  const [yearly, setYearly] = useState("");
  const [guide, setGuide] = useState("");
  const [reason, setReason] = useState("");
  const act = useAct(
    (form: NewCap, key) =>
      must(api.POST("/api/budgets/{id}/cap", { params: { path: { id: budget.id } }, body: form, headers: keyed(key) })),
    {
      onDone: (page) => {
        cache.setQueryData(marketBudget(market).queryKey, page);
        [setTakenOn, setTitle, setReference, setDocument, setCap, setYearly, setGuide, setReason].forEach((clear) => clear(""));
        announce("The decision is recorded, and the new figures hold from now on.");
      },
    },
  );
  return (
    <Form
      prefix={`record-${budget.id}`}
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (!body.trim()) return { body: "Enter the body that decided" };
        if (!takenOn) return { taken_on: "Enter the day of the decision" };
        if (!reason.trim()) return { reason: "Give the reasons" };
        act.mutate({
          body: body.trim(),
          taken_on: takenOn,
          title: title.trim(),
          reference: reference.trim(),
          document: document.trim(),
          public: open === "public",
          cap: figure(cap),
          cap_yearly: figure(yearly),
          guide_yearly: figure(guide),
          reason: reason.trim(),
        });
      }}
    >
      <Input name="body" label="Body" hint="Only the body that set the budget can change it." value={body} onChange={setBody} />
      <Input name="taken_on" type="date" width={10} label="Day of the decision" value={takenOn} onChange={setTakenOn} />
      <Input name="title" label="Title" value={title} onChange={setTitle} />
      <Input name="reference" label="Minute or recommendation" value={reference} onChange={setReference} />
      <Input name="document" label="Where it can be read" hint="An address that begins with https://" value={document} onChange={setDocument} />
      <Radios
        name="public"
        label="The paper is"
        labelSize="s"
        inline
        choices={[
          { value: "public", words: "Public" },
          { value: "exempt", words: "Exempt" },
        ]}
        value={open}
        onChange={setOpen}
      />
      {budget.cap ? (
        <Input
          name="cap"
          prefix="£"
          width={10}
          numeric
          label="New cap over the whole period"
          hint={`Now ${pounds(budget.cap)}, of which ${pounds(budget.committed)} is committed. Leave it empty if it stays.`}
          value={cap}
          onChange={setCap}
        />
      ) : null}
      {budget.cap_yearly ? (
        <Input
          name="cap_yearly"
          prefix="£"
          width={10}
          numeric
          label="New cap in each year"
          hint={`Now ${pounds(budget.cap_yearly)}. Leave it empty if it stays.`}
          value={yearly}
          onChange={setYearly}
        />
      ) : null}
      <Input
        name="guide_yearly"
        prefix="£"
        width={10}
        numeric
        label="New guide for each year"
        hint={`${budget.guide_yearly ? `Now ${pounds(budget.guide_yearly)}. ` : ""}A guide is warned about, and does not hold. Leave it empty if it stays.`}
        value={guide}
        onChange={setGuide}
      />
      <TextArea name="reason" label="Reasons" hint="Kept with the decision." rows={3} value={reason} onChange={setReason} />
      <Submit busy={act.isPending}>Record the decision</Submit>
    </Form>
  );
}
