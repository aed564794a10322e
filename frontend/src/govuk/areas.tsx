// Places as people of the trade write them: first halves of postcodes, or their first letters.
import { Button, Input } from "./form";

export const isArea = (text: string) => /^[A-Z]{1,2}(\d[A-Z\d]?)?$/.test(text);

/** As it is typed: with commas or spaces between */
export const areasOf = (text: string) => [
  ...new Set(
    text
      .toUpperCase()
      .split(/[\s,;]+/)
      .filter(Boolean),
  ),
];

/** What is wrong with these, if anything is */
export function wrongAreas(areas: string[], most: number): string | undefined {
  if (!areas.every(isArea)) return "Enter the first half of postcodes, like ST16, or their first letters, like ST";
  return areas.length > most ? `Enter at most ${most} areas` : undefined;
}

/** `near` are the areas of one's own bases, to fill in at a touch. */
export function AreasField({
  name,
  label,
  value,
  near,
  onChange,
}: {
  name: string;
  label: string;
  value: string;
  near: string;
  onChange: (value: string) => void;
}) {
  return (
    <>
      <Input
        name={name}
        label={label}
        labelSize="s"
        hint="First halves of postcodes, like ST16, or their first letters, like ST. Put commas between them."
        value={value}
        onChange={onChange}
      />
      {near ? (
        <Button kind="secondary" onClick={() => onChange(near)}>
          Fill in the areas of your bases: {near}
        </Button>
      ) : null}
    </>
  );
}
