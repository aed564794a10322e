// What is answered and marked once, when joining: that mark counts at each opportunity.
import { useQueryClient } from "@tanstack/react-query";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { enrolment as enrolmentQuery } from "../../api/queries";
import type { Enrolment, StandingAnswer } from "../../api/types";
import { announce } from "../../govuk/announce";
import { plain } from "../../govuk/money";
import { Details, Tag, When } from "../../govuk/show";
import { Descriptors } from "../../govuk/terms";
import { MarkForm } from "./MarkForm";

function GiveMark({ enrolment, of }: { enrolment: Enrolment; of: StandingAnswer }) {
  const cache = useQueryClient();
  const { criterion } = of;
  const act = useAct(
    (body: { mark: string; reason: string }, key) =>
      must(
        api.POST("/api/enrolments/{id}/standing-marks", {
          params: { path: { id: enrolment.id } },
          body: { criterion_id: criterion.id, ...body },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after, body) => {
        cache.setQueryData(enrolmentQuery(enrolment.id).queryKey, after);
        announce(`${criterion.name}: standing mark ${body.mark}.`);
      },
    },
  );
  return (
    <MarkForm
      prefix={`standing-${criterion.id}`}
      label={`Standing mark for ${criterion.name}, 0 to ${plain(criterion.mark_max)}`}
      change="Change the standing mark"
      of={` for ${criterion.name}`}
      words="standing mark"
      most={criterion.mark_max}
      before={of.mark}
      hint="The provider reads it. The mark counts at each opportunity whose prices are opened from now on."
      error={act.error}
      busy={act.isPending}
      save={(given, done) => act.mutate(given, { onSuccess: done })}
    />
  );
}

export function StandingAnswers({ enrolment }: { enrolment: Enrolment }) {
  if (enrolment.standing_answers.length === 0) return null;
  const marks = enrolment.can.includes("mark");
  return (
    <section aria-labelledby="standing-answers">
      <h2 className="govuk-heading-m" id="standing-answers">
        Answered once, for every opportunity
      </h2>
      {enrolment.standing_answers.map((one) => (
        <section key={one.criterion.id} className="fl-box">
          <h3 className="govuk-heading-s govuk-!-margin-bottom-1">{one.criterion.name}</h3>
          <p className="govuk-body fl-quiet">
            {one.criterion.question} (weight {plain(one.criterion.weight)})
          </p>
          <blockquote className="govuk-inset-text fl-typed govuk-!-margin-top-2">{one.answer ?? "No answer was asked for when this provider joined."}</blockquote>
          <Details
            summary={
              <>
                What each mark means<span className="govuk-visually-hidden">: {one.criterion.name}</span>
              </>
            }
          >
            <Descriptors descriptors={one.criterion.descriptors} />
          </Details>
          {one.mark ? (
            <p className="govuk-body">
              <Tag colour="teal">
                Standing mark {plain(one.mark.mark)} of {plain(one.criterion.mark_max)}
              </Tag>{" "}
              <span className="fl-typed">{one.mark.reason}</span>{" "}
              <span className="fl-quiet fl-small">
                <When at={one.mark.at} />
              </span>
            </p>
          ) : (
            <p className="govuk-body fl-quiet">{marks ? "Not marked yet." : "Its mark is shown here once your request is decided."}</p>
          )}
          {marks ? <GiveMark enrolment={enrolment} of={one} /> : null}
        </section>
      ))}
    </section>
  );
}
