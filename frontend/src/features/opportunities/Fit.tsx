// What a provider itself has to spare where an opportunity is.
import { Link } from "react-router";
import { longDay, londonDay } from "../../govuk/london";
import type { Opportunity } from "../../api/types";
import { hoursWords } from "../../govuk/hours";

export function Fit({ shown }: { shown: Opportunity }) {
  if (!shown.mine) return null;
  const { fit, outward_code: where } = shown;
  const lapses = fit.map((one) => one.lapses_at).sort()[0];
  return (
    <section className="fl-box" aria-labelledby="fit">
      <h2 className="govuk-heading-s" id="fit">
        Your spare hours
      </h2>
      <p className="govuk-body">
        {fit.length > 0
          ? `You have published spare hours a week in ${where}: ${hoursWords(fit)}.`
          : `You have published no spare hours in ${where} that are current.`}
      </p>
      {lapses ? (
        <p className="govuk-body fl-quiet fl-small">Current until {longDay(londonDay(Date.parse(lapses)))}. Only you see your own here.</p>
      ) : null}
      <p className="govuk-body">
        <Link to="/capacity" className="govuk-link">
          {fit.length > 0 ? "Change or confirm them" : "Publish your spare hours"}
        </Link>
      </p>
    </section>
  );
}
