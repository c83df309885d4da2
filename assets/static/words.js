// What a reader's words mean: letters folded, names in all their spellings, dates, phrases, single slips.
// The search (search.js) and the filters (row-filter.js) ask the same. The names come from
// search-names.js, which the build writes from names.csv and places.csv; whoever asks loads it first.
"use strict";
const bookWords = (() => {
  const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const month = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?";
  // Each way to write a date, and how to take year, month and day from it.
  const dates = [
    [/\b(20\d\d)-(\d\d?)-(\d\d?)\b/g, (y, m, d) => [y, m, d]],
    [/\b(20\d\d)-(\d\d)\b/g, (y, m) => [y, m, 0]],
    [/\b(\d\d?)[./](\d\d?)[./](20\d\d)\b/g, (d, m, y) => [y, m, d]],
    [new RegExp(`\\b(\\d\\d?) ${month} (20\\d\\d)\\b`, "gi"), (d, m, y) => [y, numberOf(m), d]],
    [new RegExp(`\\b${month} (\\d\\d?),? (20\\d\\d)\\b`, "gi"), (m, d, y) => [y, numberOf(m), d]],
  ];
  const numberOf = (name) => 1 + months.findIndex((each) => each.toLowerCase().startsWith(name.slice(0, 3).toLowerCase()));
  const shortest = 4;  // letters in which a slip is looked for

  let known;  // form -> all that stand for it

  function names() {
    if (known) return known;
    known = { forms: new Map(), longest: 1 };
    for (const group of window.bookNames.alike) {
      for (const form of group) {
        known.forms.set(form, new Set([...known.forms.get(form) ?? [], ...group]));
        known.longest = Math.max(known.longest, form.split(" ").length);
      }
    }
    return known;
  }

  // As the build folds names: lower case, no accents, words apart by one space. A number is one word.
  function fold(text) {
    const { letters } = window.bookNames;
    fold.letters ??= new RegExp(`[${Object.keys(letters).join("")}]`, "g");
    text = text.toLowerCase();
    // Most words are plain, and to look at each letter of a book takes time.
    if (/[^\x00-\x7f]/.test(text)) text = text.normalize("NFD").replace(/\p{M}+/gu, "").replace(fold.letters, (letter) => letters[letter]);
    return text.replace(/(\d)[,.\u00a0\u2009\u202f](?=\d{3}(?!\d))/g, "$1").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  // Whether two words differ by one letter that is missing, too many or wrong, or by two that changed places.
  function isSlip(typed, word) {
    if (Math.abs(typed.length - word.length) > 1) return false;
    const [short, long] = typed.length <= word.length ? [typed, word] : [word, typed];
    let at = 0;
    while (at < short.length && short[at] === long[at]) at++;
    if (long.length > short.length) return short.slice(at) === long.slice(at + 1);
    return short.slice(at + 1) === long.slice(at + 1)
      || (short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2));
  }

  // Different words, in order, so that one sees at once whether any begins with what was typed.
  function vocabulary(words) {
    const sorted = [...words].sort();
    const from = (word) => {
      let low = 0, high = sorted.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] < word) low = middle + 1; else high = middle;
      }
      return low;
    };
    return {
      begins: (word) => sorted[from(word)]?.startsWith(word) ?? false,
      has: (word) => sorted[from(word)] === word,
      beginning: (word) => sorted.slice(from(word), from(`${word}\uffff`)),
      slips: (word) => sorted.filter((each) => isSlip(word, each)),
    };
  }

  // "us" is a word of many sentences; that it may mean a country counts for what is typed only.
  const ambiguous = new Set(["us"]);

  const whole = (form) => ` ${form} `;
  const beginning = (word) => ` ${word}`;

  function ofName(form, texts) {
    const forms = [...names().forms.get(form)].filter((each) => !ambiguous.has(each) && each.split(" ").every(texts.has));
    return forms.map(whole);
  }

  // Armenian, Azerbaijani, Russian and Turkish add endings to their words: of a long one its beginning counts, so
  // that each form finds the others. Shorter endings first.
  const endings = (word, most) => Array.from({ length: Math.max(0, Math.min(most, word.length - shortest)) }, (_, cut) => word.slice(0, -1 - cut));
  const usual = (word) => endings(word, word.length < 6 ? 1 : word.length < 9 ? 2 : 3).at(-1) ?? word;

  const shorter = (word) => endings(word, Math.floor(word.length / 2));
  const ofNameWithEnding = (word, texts) => shorter(word).filter((form) => names().forms.has(form)).map((form) => ofName(form, texts)).find((any) => any.length) ?? [];
  const ofWordWithEnding = (word, texts) => shorter(word).filter(texts.begins).slice(0, 1).map(beginning);

  // inflected: whether it is of a language that adds endings.
  function ofWord(word, texts, inflected) {
    const any = texts.begins(word) ? [beginning(word)] : [];
    if (inflected && texts.begins(usual(word))) any.push(beginning(usual(word)));
    // "meetings" asks for a meeting as well.
    if (word.length > shortest && word.endsWith("s") && texts.begins(word.slice(0, -1))) any.push(beginning(word.slice(0, -1)));
    if (any.length || word.length < 3) return { any };
    // Being typed, or in other letters than the book's.
    const forms = [...names().forms.keys()];
    const begun = forms.filter((form) => form.startsWith(word)).flatMap((form) => ofName(form, texts));
    if (begun.length) return { any: begun };
    if (word.length < shortest || /\d/.test(word)) return { any };
    const withEnding = inflected ? ofNameWithEnding(word, texts) : [];
    if (withEnding.length) return { any: withEnding };
    // A name first: what looks like it and is none would only be in the way.
    const named = [...new Set(forms.filter((form) => isSlip(word, form)).flatMap((form) => ofName(form, texts)))];
    const begunAlike = ofWordWithEnding(word, texts);
    if (!named.length && inflected && begunAlike.length) return { any: begunAlike };
    const meant = named.length ? named : texts.slips(word).map(whole);
    return meant.length ? { any: meant, slip: word } : { any: begunAlike };
  }

  const phrase = (text) => ({ any: [beginning(fold(text))] });

  // What each text must hold: for each term any of several folded strings, with a space where a word begins or
  // ends. texts: the vocabulary in which to look. date: the day asked for, as YYYY-MM-DD, if the term is one.
  function terms(typed, texts) {
    const found = [];
    let rest = typed.normalize("NFC");
    for (const [pattern, parts] of dates) {
      rest = rest.replace(pattern, (written, ...groups) => {
        const [year, number, day] = parts(...groups).map(Number);
        if (!months[number - 1] || day > 31) return written;
        if (!day) {
          found.push({ any: [whole(fold(`${months[number - 1]} ${year}`))] });
          return " ";
        }
        const date = [year, ...[number, day].map((each) => String(each).padStart(2, "0"))].join("-");
        found.push({ any: [whole(fold(`${day} ${months[number - 1]} ${year}`)), whole(fold(date))], date });
        return " ";
      });
    }
    rest = rest.replace(/["“„«”]([^"“”„«»]+)(["“”»]|$)/g, (_, text, end) => {
      if (fold(text)) found.push(end ? { any: [whole(fold(text))] } : phrase(text));
      return " ";
    });
    // "Türkiye’nin" is a word with its ending, "Armenia's" as well.
    rest = rest.replace(/(?<=\p{L}{3})['’]\p{L}{1,5}(?!\p{L})/gu, "");
    const inflected = /(?![\x00-\x7f])\p{L}/u.test(rest);
    // 86 600 is a number, too.
    if (/^\s*\d{1,3}( \d{3})+\s*$/.test(rest)) rest = rest.replaceAll(" ", "");
    const words = fold(rest).split(" ").filter(Boolean);
    for (let at = 0; at < words.length;) {
      let length = Math.min(names().longest, words.length - at);
      while (length > 0 && !names().forms.has(words.slice(at, at + length).join(" "))) length--;
      const any = length ? ofName(words.slice(at, at + length).join(" "), texts) : [];
      found.push(any.length ? { any } : ofWord(words[at], texts, inflected));
      at += any.length ? length : 1;
    }
    return found;
  }

  // text: folded, with a space before and after.
  // start, end: the days of an event; it is found by each of its days.
  const holds = (text, { any, date }, start, end) => any.some((each) => text.includes(each)) || Boolean(date && start <= date && date <= end);

  return { fold, terms, vocabulary, holds };
})();
