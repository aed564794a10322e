import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must, Refused } from "../../api/client";
import { opportunity as opportunityQuery } from "../../api/queries";
import type { AgeBand, Correction, Opportunity } from "../../api/types";
import { announce } from "../../govuk/announce";
import { type FieldErrors, Form, Input, Radios, Submit, TextArea } from "../../govuk/form";
import { longTime } from "../../govuk/london";
import { plain } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Inset } from "../../govuk/show";
import { ageBands, ageWords, unitQuantity } from "../../words";

function Correct({ shown }: { shown: Opportunity }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState({
    title: shown.title,
    needs: shown.needs,
    outward_code: shown.outward_code,
    age_band: shown.age_band as string,
    starts_on: shown.starts_on,
    initial_term_weeks: String(shown.initial_term_weeks),
    reason: "",
    leaks_considered: "",
  });
  const [quantities, setQuantities] = useState<Record<string, string>>(() =>
    Object.fromEntries(shown.quantities.map(({ key, quantity }) => [key, plain(quantity).replaceAll(",", "")])),
  );
  const set = (field: keyof typeof typed) => (value: string) => setTyped((before) => ({ ...before, [field]: value }));
  const correct = useAct(
    (body: Correction, key) =>
      must(api.POST("/api/opportunities/{id}/correct", { params: { path: { id: shown.id } }, body, headers: keyed(key) })),
    {
      onDone: (after) => {
        cache.setQueryData(opportunityQuery(shown.id).queryKey, after);
        void cache.invalidateQueries({ queryKey: ["opportunities"] });
        void cache.invalidateQueries({ queryKey: ["packages"] });
        announce("The advert is corrected. Everybody is told.");
        void navigate(`/opportunities/${shown.id}`);
      },
    },
  );
  const leaks = correct.error instanceof Refused && correct.error.problem.code === "advert_may_identify";
  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    if (!typed.title.trim()) wrong.title = "Enter a title";
    if (!typed.needs.trim()) wrong.needs = "Describe what the person needs";
    const asked = shown.category.lines
      .map(({ key }) => ({ key, quantity: (quantities[key] ?? "").trim() }))
      .filter(({ quantity }) => quantity !== "" && !/^0*(\.0*)?$/.test(quantity));
    for (const { key, quantity } of asked)
      if (!/^\d{1,5}(\.\d{1,4})?$/.test(quantity)) wrong[`quantities.${key}`] = "Enter a number, like 35 or 7.5";
    const weeks = Number(typed.initial_term_weeks);
    if (!Number.isInteger(weeks) || weeks < 1) wrong.initial_term_weeks = "Enter the initial term in whole weeks, like 52";
    if (!typed.starts_on) wrong.starts_on = "Enter the day the care starts";
    if (!typed.reason.trim()) wrong.reason = "Enter what was wrong";
    if (Object.keys(wrong).length > 0) return wrong;
    correct.mutate({
      title: typed.title.trim(),
      needs: typed.needs.trim(),
      outward_code: typed.outward_code.trim().toUpperCase(),
      age_band: typed.age_band as AgeBand,
      quantities: asked,
      starts_on: typed.starts_on,
      initial_term_weeks: weeks,
      reason: typed.reason.trim(),
      leaks_considered: typed.leaks_considered.trim() || null,
    });
  }
  return (
    <Page
      title="Correct the advert"
      caption={`${shown.reference}, ${shown.title}`}
      back={{ to: `/opportunities/${shown.id}`, words: "The opportunity" }}
    >
      <div className="fl-prose">
        <Inset>
          Every provider who was told is told at once what was corrected, and why. Unless you change the title alone, bids that
          came before count only once they are confirmed or revised. If too little time is left for that, the deadline moves from{" "}
          {longTime(shown.closes_at)}.
        </Inset>
        <Form error={correct.error} busy={correct.isPending} onSubmit={check}>
          <Input name="title" label="Title" labelSize="s" value={typed.title} onChange={set("title")} />
          <TextArea name="needs" label="Needs" labelSize="s" rows={8} value={typed.needs} onChange={set("needs")} />
          <Input
            name="outward_code"
            label="First half of the postcode"
            labelSize="s"
            width={5}
            value={typed.outward_code}
            onChange={set("outward_code")}
          />
          <Radios
            name="age_band"
            label="Age band"
            labelSize="s"
            inline
            choices={ageBands.map((band) => ({ value: band, words: ageWords(band).replace(/^aged /, "") }))}
            value={typed.age_band}
            onChange={set("age_band")}
          />
          {shown.category.lines.map((line) => (
            <Input
              key={line.key}
              name={`quantities.${line.key}`}
              label={line.label}
              labelSize="s"
              numeric
              width={5}
              suffix={unitQuantity[line.unit]}
              value={quantities[line.key] ?? ""}
              onChange={(value) => setQuantities((before) => ({ ...before, [line.key]: value }))}
            />
          ))}
          <Input
            name="starts_on"
            type="date"
            width={10}
            label="Care starts on"
            labelSize="s"
            value={typed.starts_on}
            onChange={set("starts_on")}
          />
          <Input
            name="initial_term_weeks"
            label="Initial term"
            labelSize="s"
            numeric
            width={4}
            suffix="weeks"
            value={typed.initial_term_weeks}
            onChange={set("initial_term_weeks")}
          />
          <TextArea
            name="reason"
            label="What was wrong"
            labelSize="s"
            hint="Providers read this: nothing personal."
            rows={3}
            value={typed.reason}
            onChange={set("reason")}
          />
          {leaks || typed.leaks_considered ? (
            <TextArea
              name="leaks_considered"
              label="Why these words may stay"
              labelSize="s"
              hint="If it is not a person’s name, say so. This is recorded."
              rows={2}
              value={typed.leaks_considered}
              onChange={set("leaks_considered")}
            />
          ) : null}
          <Submit busy={correct.isPending}>Correct it for everybody</Submit>
        </Form>
      </div>
    </Page>
  );
}

export default function CorrectPage() {
  const { id = "" } = useParams();
  return <Await query={useQuery(opportunityQuery(id))}>{(shown) => <Correct shown={shown} />}</Await>;
}
