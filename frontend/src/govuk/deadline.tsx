// When bidding closes: a day and a time in London.
import { Input } from "./form";

export interface DayAndTime {
  day: string;
  time: string;
}

export function DeadlineFields({
  value,
  onChange,
  hint,
}: {
  value: DayAndTime;
  onChange: (change: (before: DayAndTime) => DayAndTime) => void;
  hint?: string;
}) {
  return (
    <>
      <Input
        name="closes_at"
        type="date"
        width={10}
        label="Bidding closes on"
        value={value.day}
        onChange={(day) => onChange((before) => ({ ...before, day }))}
      />
      <Input
        name="closes_at_time"
        type="time"
        width={10}
        label="At (London time)"
        hint={hint}
        value={value.time}
        onChange={(time) => onChange((before) => ({ ...before, time }))}
      />
    </>
  );
}
