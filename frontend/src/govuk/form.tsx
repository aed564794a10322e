// What a person types into, and what is said back when it cannot be taken.
import {
  createContext,
  type ReactNode,
  type SyntheticEvent,
  useContext,
  useEffect,
  useRef,
  useState,
} from "react";
import { Refused } from "../api/client";
import { Button } from "./button";

export { Button };

/** What is wrong, by field name */
export type FieldErrors = Record<string, string | undefined>;

const ErrorsContext = createContext<{ prefix: string; errors: Record<string, string> }>({ prefix: "", errors: {} });

/** "rates[0].rate" and "rates.0.rate" are one field. */
const fieldKey = (name: string) => name.replace(/[^A-Za-z0-9_]+/g, "-").replace(/^-|-$/g, "");
const fieldId = (prefix: string, name: string) => (prefix ? `${prefix}-` : "") + fieldKey(name);

function fieldErrors(error: Error | null | undefined): { fields: Record<string, string>; general: string[] } {
  const fields: Record<string, string> = {};
  const general: string[] = [];
  if (!error) return { fields, general };
  if (!(error instanceof Refused)) return { fields, general: [error.message] };
  const { problem } = error;
  for (const one of problem.problems ?? []) fields[fieldKey(one.field)] ??= one.detail;
  if (problem.field) fields[fieldKey(problem.field)] ??= problem.detail;
  if (Object.keys(fields).length === 0) general.push(problem.detail);
  return { fields, general };
}

export function ErrorSummary({ items }: { items: { words: string; field?: string }[] }) {
  const box = useRef<HTMLDivElement>(null);
  const said = items.map((item) => item.words).join("\n");
  useEffect(() => {
    box.current?.focus();
    const title = document.title;
    if (!title.startsWith("Error: ")) document.title = `Error: ${title}`;
    return () => {
      document.title = document.title.replace(/^Error: /, "");
    };
  }, [said]);
  return (
    <div className="govuk-error-summary" role="alert" aria-labelledby="error-summary-title" tabIndex={-1} ref={box}>
      <h2 className="govuk-error-summary__title" id="error-summary-title">
        There is a problem
      </h2>
      <div className="govuk-error-summary__body">
        <ul className="govuk-list govuk-error-summary__list">
          {items.map(({ words, field }) => (
            <li key={`${field} ${words}`}>{field ? <FieldLink field={field}>{words}</FieldLink> : words}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function FieldLink({ field, children }: { field: string; children: ReactNode }) {
  return (
    <a
      href={`#${field}`}
      onClick={(event) => {
        event.preventDefault();
        const input = document.getElementById(field);
        input?.scrollIntoView({ block: "center" });
        input?.focus({ preventScroll: true });
      }}
    >
      {children}
    </a>
  );
}

/**
 * `onSubmit` looks at what was typed first and returns what is wrong with it; what the server
 * says afterwards is shown in the same way.
 */
export function Form({
  onSubmit,
  error,
  busy = false,
  prefix = "",
  children,
}: {
  onSubmit: () => FieldErrors | void;
  error?: Error | null;
  busy?: boolean;
  /** Where a page has several forms, what their fields' ids begin with */
  prefix?: string;
  children: ReactNode;
}) {
  const form = useRef<HTMLFormElement>(null);
  const [own, setOwn] = useState<FieldErrors>({});
  const { fields, general } = fieldErrors(error);
  const ownKeyed: Record<string, string> = {};
  for (const [name, words] of Object.entries(own)) if (words) ownKeyed[fieldKey(name)] = words;
  const errors = Object.keys(own).length > 0 ? ownKeyed : fields;
  const items = [
    ...Object.entries(errors).map(([key, words]) => ({ words, field: fieldId(prefix, key) })),
    ...(Object.keys(own).length > 0 ? [] : general.map((words) => ({ words }))),
  ];
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (busy) return;
    setOwn(onSubmit() ?? {});
  }
  return (
    <ErrorsContext.Provider value={{ prefix, errors }}>
      <form noValidate onSubmit={submit} ref={form} aria-busy={busy}>
        {items.length > 0 ? <ErrorSummary items={items} /> : null}
        {children}
      </form>
    </ErrorsContext.Provider>
  );
}

interface FieldProps {
  name: string;
  label: ReactNode;
  labelSize?: "s" | "m";
  hint?: ReactNode;
}

function useField(name: string, hint: ReactNode) {
  const { prefix, errors } = useContext(ErrorsContext);
  const id = fieldId(prefix, name);
  const error = errors[fieldKey(name)];
  const described = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(" ") || undefined;
  return { id, error, described };
}

function ErrorMessage({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p id={`${id}-error`} className="govuk-error-message">
      <span className="govuk-visually-hidden">Error: </span>
      {children}
    </p>
  );
}

function Group({
  id,
  label,
  labelSize,
  hint,
  error,
  children,
}: Omit<FieldProps, "name"> & { id: string; error?: string; children: ReactNode }) {
  return (
    <div className={`govuk-form-group${error ? " govuk-form-group--error" : ""}`}>
      <label className={`govuk-label${labelSize ? ` govuk-label--${labelSize}` : ""}`} htmlFor={id}>
        {label}
      </label>
      {hint ? (
        <div id={`${id}-hint`} className="govuk-hint">
          {hint}
        </div>
      ) : null}
      {error ? <ErrorMessage id={id}>{error}</ErrorMessage> : null}
      {children}
    </div>
  );
}

export function Input({
  name,
  label,
  labelSize,
  hint,
  value,
  onChange,
  type = "text",
  width,
  prefix,
  suffix,
  numeric = false,
  autoComplete,
  readOnly,
  min,
}: FieldProps & {
  value: string;
  onChange: (value: string) => void;
  type?: "text" | "email" | "password" | "date" | "time";
  width?: 3 | 4 | 5 | 10 | 20;
  prefix?: string;
  suffix?: string;
  numeric?: boolean;
  autoComplete?: string;
  readOnly?: boolean;
  min?: string;
}) {
  const { id, error, described } = useField(name, hint);
  const input = (
    <input
      id={id}
      name={name}
      type={type}
      className={`govuk-input${width ? ` govuk-input--width-${width}` : ""}${error ? " govuk-input--error" : ""}`}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      aria-describedby={described}
      aria-invalid={error ? true : undefined}
      inputMode={numeric ? "decimal" : undefined}
      spellCheck={numeric || type === "email" || type === "password" ? false : undefined}
      autoComplete={autoComplete ?? "off"}
      readOnly={readOnly}
      min={min}
    />
  );
  return (
    <Group {...{ id, label, labelSize, hint, error }}>
      {prefix || suffix ? (
        <div className="govuk-input__wrapper">
          {prefix ? (
            <div className="govuk-input__prefix" aria-hidden="true">
              {prefix}
            </div>
          ) : null}
          {input}
          {suffix ? (
            <div className="govuk-input__suffix" aria-hidden="true">
              {suffix}
            </div>
          ) : null}
        </div>
      ) : (
        input
      )}
    </Group>
  );
}

export function TextArea({
  name,
  label,
  labelSize,
  hint,
  value,
  onChange,
  rows = 4,
  limit,
}: FieldProps & { value: string; onChange: (value: string) => void; rows?: number; limit?: number }) {
  const { id, error, described } = useField(name, hint);
  const left = limit === undefined ? null : limit - value.length;
  return (
    <Group {...{ id, label, labelSize, hint, error }}>
      <textarea
        id={id}
        name={name}
        rows={rows}
        className={`govuk-textarea${error ? " govuk-textarea--error" : ""}`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-describedby={[described, limit === undefined ? null : `${id}-left`].filter(Boolean).join(" ") || undefined}
        aria-invalid={error ? true : undefined}
      />
      {left === null ? null : (
        <div id={`${id}-left`} className={left < 0 ? "govuk-error-message" : "govuk-hint govuk-!-margin-bottom-0"}>
          {left < 0 ? `${-left} characters too many` : `${left} characters left of ${limit}`}
        </div>
      )}
    </Group>
  );
}

export interface Choice {
  value: string;
  words: ReactNode;
  hint?: ReactNode;
}

export function Select({
  name,
  label,
  labelSize,
  hint,
  value,
  onChange,
  choices,
  none = "Choose one",
}: FieldProps & { value: string; onChange: (value: string) => void; choices: { value: string; words: string }[]; none?: string }) {
  const { id, error, described } = useField(name, hint);
  return (
    <Group {...{ id, label, labelSize, hint, error }}>
      <select
        id={id}
        name={name}
        className={`govuk-select${error ? " govuk-select--error" : ""}`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-describedby={described}
        aria-invalid={error ? true : undefined}
      >
        <option value="">{none}</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.words}
          </option>
        ))}
      </select>
    </Group>
  );
}

function ChoiceSet({
  name,
  label,
  labelSize = "m",
  hint,
  choices,
  kind,
  checked,
  choose,
  inline = false,
  small = inline,
}: FieldProps & {
  choices: Choice[];
  kind: "radio" | "checkbox";
  checked: (value: string) => boolean;
  choose: (value: string, on: boolean) => void;
  inline?: boolean;
  small?: boolean;
}) {
  const { id, error, described } = useField(name, hint);
  const block = kind === "radio" ? "govuk-radios" : "govuk-checkboxes";
  return (
    <div className={`govuk-form-group${error ? " govuk-form-group--error" : ""}`}>
      <fieldset className="govuk-fieldset" aria-describedby={described}>
        <legend className={`govuk-fieldset__legend govuk-fieldset__legend--${labelSize}`}>{label}</legend>
        {hint ? (
          <div id={`${id}-hint`} className="govuk-hint">
            {hint}
          </div>
        ) : null}
        {error ? <ErrorMessage id={id}>{error}</ErrorMessage> : null}
        <div className={`${block}${inline ? ` ${block}--inline` : ""}${small ? ` ${block}--small` : ""}`}>
          {choices.map((choice, at) => {
            const own = at === 0 ? id : `${id}-${fieldKey(choice.value)}`;
            return (
              <div className={`${block}__item`} key={choice.value}>
                <input
                  className={`${block}__input`}
                  id={own}
                  name={fieldId("", `${id}`)}
                  type={kind}
                  value={choice.value}
                  checked={checked(choice.value)}
                  onChange={(event) => choose(choice.value, event.target.checked)}
                  aria-describedby={choice.hint ? `${own}-hint` : undefined}
                />
                <label className={`govuk-label ${block}__label`} htmlFor={own}>
                  {choice.words}
                </label>
                {choice.hint ? (
                  <div id={`${own}-hint`} className={`govuk-hint ${block}__hint`}>
                    {choice.hint}
                  </div>
                ) : null}
              </div>
            );
          })}
        </div>
      </fieldset>
    </div>
  );
}

export function Radios(
  props: FieldProps & { choices: Choice[]; value: string; onChange: (value: string) => void; inline?: boolean; small?: boolean },
) {
  const { value, onChange, ...rest } = props;
  return <ChoiceSet {...rest} kind="radio" checked={(one) => one === value} choose={(one) => onChange(one)} />;
}

export function Checkboxes(props: FieldProps & { choices: Choice[]; values: string[]; onChange: (values: string[]) => void }) {
  const { values, onChange, ...rest } = props;
  return (
    <ChoiceSet
      {...rest}
      kind="checkbox"
      checked={(one) => values.includes(one)}
      choose={(one, on) => onChange(on ? [...values, one] : values.filter((value) => value !== one))}
    />
  );
}

export function Submit({ kind, busy, children }: { kind?: "secondary" | "warning"; busy?: boolean; children: ReactNode }) {
  return (
    <Button type="submit" kind={kind} aria-disabled={busy || undefined}>
      {busy ? "One moment…" : children}
    </Button>
  );
}
