// By itself, because the frame has buttons and no forms: forms are fetched with the first page that has one.
import type { ButtonHTMLAttributes } from "react";

export function Button({
  kind,
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: "secondary" | "warning" }) {
  return (
    <button type="button" {...rest} className={`govuk-button${kind ? ` govuk-button--${kind}` : ""} ${className}`} />
  );
}
