import { useState } from "react";
import { emojify } from "./emoji.js";
import { useSeen } from "./context.js";

// The interactive elements. `act` is {values, set, press, errors}: `set` remembers a choice, `press` tells the app.

const CHOSEN = {
  plain_text_input: "value",
  number_input: "value",
  email_text_input: "value",
  url_text_input: "value",
  static_select: "selected_option",
  radio_buttons: "selected_option",
  checkboxes: "selected_options",
  multi_static_select: "selected_options",
  users_select: "selected_user",
  multi_users_select: "selected_users",
  channels_select: "selected_channel",
  conversations_select: "selected_conversation",
  datepicker: "selected_date",
  timepicker: "selected_time",
};

const options = (element) => element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
const optionNamed = (element, value) => options(element).find((option) => option.value === value) ?? null;

export function initialOf(element) {
  const initial = {
    plain_text_input: element.initial_value ?? "",
    static_select: element.initial_option ?? null,
    radio_buttons: element.initial_option ?? null,
    checkboxes: element.initial_options ?? [],
    multi_static_select: element.initial_options ?? [],
    users_select: element.initial_user ?? null,
    multi_users_select: element.initial_users ?? [],
    channels_select: element.initial_channel ?? null,
    conversations_select: element.initial_conversation ?? null,
    datepicker: element.initial_date ?? "",
    timepicker: element.initial_time ?? "",
  };
  return initial[element.type] ?? element.initial_value ?? "";
}

export function Element({ block, element, act, inInput }) {
  const [asking, setAsking] = useState(null);
  const [busy, setBusy] = useState(false);
  const send = (value) => {
    setBusy(true);
    Promise.resolve(act.press(block, element, value)).finally(() => setBusy(false));
  };
  const press = (value) => (element.confirm && !asking ? setAsking({ value }) : send(value));
  const stored = act.values?.[block.block_id]?.[element.action_id]?.[CHOSEN[element.type]];
  const chosen = stored === undefined ? initialOf(element) : stored;
  const choose = (value, short) => {
    act.set?.(block, element, { type: element.type, [CHOSEN[element.type]]: value });
    if (!inInput || block.dispatch_action) press(short);
  };
  const Draw = DRAWN[element.type] ?? Unknown;
  return (
    <>
      <Draw element={element} chosen={chosen} choose={choose} press={press} inInput={inInput} busy={busy} />
      {asking ? (
        <Confirm
          words={element.confirm}
          yes={() => {
            setAsking(null);
            send(asking.value);
          }}
          no={() => setAsking(null)}
        />
      ) : null}
    </>
  );
}

function Confirm({ words, yes, no }) {
  return (
    <div className="veil">
      <div className="modal confirm" role="alertdialog">
        <header>
          <h2>{emojify(words.title.text)}</h2>
          <button className="close" onClick={no} aria-label="Close">
            ×
          </button>
        </header>
        <div className="modal-body">
          <p className="confirm-text">{emojify(words.text.text)}</p>
        </div>
        <footer>
          <button className="button" onClick={no}>
            {emojify(words.deny.text)}
          </button>
          <button className={`button solid ${words.style ?? "primary"}`} onClick={yes}>
            {emojify(words.confirm.text)}
          </button>
        </footer>
      </div>
    </div>
  );
}

function Button({ element, press, busy }) {
  const go = () => {
    if (element.url) window.open(element.url, "_blank", "noreferrer");
    press(element.value);
  };
  return (
    <button className={`button ${element.style ?? ""} ${busy ? "waits" : ""}`} onClick={go} disabled={busy} aria-label={element.accessibility_label}>
      {emojify(element.text.text)}
    </button>
  );
}

function Overflow({ element, press }) {
  return (
    <details className="overflow">
      <summary className="button" aria-label="More">
        ⋯
      </summary>
      <div className="menu">
        {element.options.map((option) => (
          <button
            key={option.value}
            onClick={(event) => {
              event.currentTarget.closest("details").open = false;
              if (option.url) window.open(option.url, "_blank", "noreferrer");
              press(option.value);
            }}
          >
            {emojify(option.text.text)}
          </button>
        ))}
      </div>
    </details>
  );
}

function Select({ element, chosen, choose }) {
  const groups = element.option_groups;
  const entry = (option) => (
    <option key={option.value} value={option.value}>
      {emojify(option.text.text)}
    </option>
  );
  return (
    <select
      className="select"
      value={chosen?.value ?? ""}
      onChange={(event) => choose(optionNamed(element, event.target.value), event.target.value)}
    >
      <option value="">{element.placeholder?.text ?? "Select an option"}</option>
      {groups
        ? groups.map((group) => (
            <optgroup key={group.label.text} label={group.label.text}>
              {group.options.map(entry)}
            </optgroup>
          ))
        : options(element).map(entry)}
    </select>
  );
}

function Boxes({ element, chosen, choose, one }) {
  const picked = one ? [chosen?.value] : chosen.map((option) => option.value);
  const toggle = (option) => {
    if (one) return choose(option, option.value);
    const next = picked.includes(option.value) ? chosen.filter((item) => item.value !== option.value) : [...chosen, option];
    return choose(
      next,
      next.map((item) => item.value),
    );
  };
  return (
    <div className="boxes">
      {options(element).map((option) => (
        <label key={option.value}>
          <input type={one ? "radio" : "checkbox"} checked={picked.includes(option.value)} onChange={() => toggle(option)} />
          <span>
            {emojify(option.text.text)}
            {option.description ? <small>{emojify(option.description.text)}</small> : null}
          </span>
        </label>
      ))}
    </div>
  );
}

function Many({ entries, chosen, choose, placeholder }) {
  const toggle = (id) => choose(chosen.includes(id) ? chosen.filter((item) => item !== id) : [...chosen, id]);
  const names = Object.fromEntries(entries);
  return (
    <div className="many">
      {chosen.map((id) => (
        <button key={id} className="chip" onClick={() => toggle(id)}>
          {names[id] ?? id} ×
        </button>
      ))}
      <select className="select" value="" onChange={(event) => event.target.value && toggle(event.target.value)}>
        <option value="">{placeholder}</option>
        {entries
          .filter(([id]) => !chosen.includes(id))
          .map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
      </select>
    </div>
  );
}

function ManyOptions({ element, chosen, choose }) {
  return (
    <Many
      entries={options(element).map((option) => [option.value, emojify(option.text.text)])}
      chosen={chosen.map((option) => option.value)}
      choose={(values) =>
        choose(
          values.map((value) => optionNamed(element, value)),
          values,
        )
      }
      placeholder={element.placeholder?.text ?? "Select options"}
    />
  );
}

function ManyUsers({ element, chosen, choose }) {
  const { seen } = useSeen();
  const entries = seen.people.map((person) => [person.id, person.real_name]);
  return <Many entries={entries} chosen={chosen} choose={(ids) => choose(ids, ids)} placeholder={element.placeholder?.text ?? "Select people"} />;
}

function PickOne({ entries, chosen, choose, placeholder }) {
  return (
    <select className="select" value={chosen ?? ""} onChange={(event) => choose(event.target.value || null, event.target.value)}>
      <option value="">{placeholder}</option>
      {entries.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Users(props) {
  const { seen } = useSeen();
  const entries = seen.people.map((person) => [person.id, person.real_name]);
  return <PickOne {...props} entries={entries} placeholder={props.element.placeholder?.text ?? "Select a person"} />;
}

function Channels(props) {
  const { seen } = useSeen();
  const entries = seen.channels.filter((channel) => !channel.im).map((channel) => [channel.id, `#${channel.name}`]);
  return <PickOne {...props} entries={entries} placeholder={props.element.placeholder?.text ?? "Select a channel"} />;
}

function Text({ element, chosen, choose, inInput }) {
  const common = {
    className: "text",
    value: chosen ?? "",
    placeholder: element.placeholder?.text,
    maxLength: element.max_length,
    onChange: (event) => choose(event.target.value, event.target.value),
  };
  if (element.multiline) return <textarea rows={4} {...common} />;
  const kinds = { number_input: "number", email_text_input: "email", url_text_input: "url" };
  return <input type={kinds[element.type] ?? "text"} autoFocus={inInput && element.focus_on_load} {...common} />;
}

function When({ element, chosen, choose }) {
  const kind = element.type === "datepicker" ? "date" : "time";
  return <input className="text when" type={kind} value={chosen ?? ""} onChange={(event) => choose(event.target.value, event.target.value)} />;
}

const Unknown = ({ element }) => <span className="muted">[{element.type} is not drawn here]</span>;

const DRAWN = {
  button: Button,
  overflow: Overflow,
  static_select: Select,
  radio_buttons: (props) => <Boxes {...props} one />,
  checkboxes: Boxes,
  multi_static_select: ManyOptions,
  multi_users_select: ManyUsers,
  users_select: Users,
  channels_select: Channels,
  conversations_select: Channels,
  plain_text_input: Text,
  number_input: Text,
  email_text_input: Text,
  url_text_input: Text,
  datepicker: When,
  timepicker: When,
};
