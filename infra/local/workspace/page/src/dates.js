// Slack's date tokens in the reader's zone: docs.slack.dev/messaging/formatting-message-text#date-formatting

const DAY = 86_400_000;

const startOfDay = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

export function prettyDay(date, now, otherwise) {
  const days = Math.round((startOfDay(date) - startOfDay(now)) / DAY);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? otherwise;
}

export const shortTime = (date) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function ago(date, now) {
  const minutes = Math.round((date - now) / 60_000);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
  if (Math.abs(minutes) < 60 * 24) return words.format(Math.round(minutes / 60), "hour");
  return words.format(Math.round(minutes / 60 / 24), "day");
}

export function slackDate(timestamp, format, now) {
  const date = new Date(Number(timestamp) * 1000);
  const say = (options) => date.toLocaleDateString("en", options);
  const plain = {
    date_num: date.toISOString().slice(0, 10),
    date_slash: say({ year: "numeric", month: "2-digit", day: "2-digit" }),
    date: say({ year: "numeric", month: "long", day: "numeric" }),
    date_short: say({ year: "numeric", month: "short", day: "numeric" }),
    date_long: say({ weekday: "long", year: "numeric", month: "long", day: "numeric" }),
    day_divider_pretty: say({ weekday: "long", month: "long", day: "numeric" }),
    time: shortTime(date),
    time_secs: date.toLocaleTimeString(),
    ago: ago(date, now),
  };
  return format.replace(/\{(\w+?)(_pretty)?\}/g, (token, name, pretty) => {
    if (!(name in plain)) return token;
    return pretty ? prettyDay(date, now, plain[name]) : plain[name];
  });
}
