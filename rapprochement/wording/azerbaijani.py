"""Azerbaijani words for values of the data, in the Latin alphabet of the Republic of Azerbaijan."""

from __future__ import annotations

import pandas as pd

from rapprochement.wording.tongue import Labels, Tongue, last_word

# The vowel of a suffix follows the number as it is spoken, so its last word decides.
ORDINALS = {
    1: "ci", 2: "ci", 3: "cü", 4: "cü", 5: "ci", 6: "cı", 7: "ci", 8: "ci", 9: "cu", 10: "cu",
    20: "ci", 30: "cu", 40: "cı", 50: "ci", 60: "cı", 70: "ci", 80: "ci", 90: "cı", 100: "cü", 1000: "ci",
}  # fmt: skip
BACK = {6, 9, 10, 30, 40, 60, 90}


class Azerbaijani(Tongue):
    code = "az"
    name = "Azərbaycanca"
    about = "təxminən"
    nouns = {
        "contact": {"other": "təmas"},
        "event": {"other": "hadisə"},
        "source": {"other": "mənbə"},
        "day": {"other": "gün"},
    }
    asks = {
        "contact": "təmaslar", "any": "hadisələr", "mediator": "vasitəçi: {}", "no mediator": "vasitəçisiz",
        "article yes": "məqalənin siyahısında", "article aggregate": "məqalədə sayılıb, tarixi yoxdur", "article no": "məqalədə yoxdur",
        "from": "{:since}", "until": "{:until}", "after": "{:since} sonra", "before": "{:since} əvvəl",
        "as-of": "məlumatların son günü", "first-date": "məlumatların ilk günü", "contacts": "təmaslar", "events": "hadisələr",
    }  # fmt: skip
    labels = Labels(
        figure="Şəkil",
        how="Necə sayılıb:",
        source="Mənbə: events.csv, {version} versiyası.",
        rows="Bütün {count} sətrin siyahısı",
        data="Məlumatlar (CSV)",
        svg="Şəkil (SVG)",
        png="Şəkil (PNG)",
        contact_rule="Təmas görüş və ya telefon danışığıdır. Bir neçə gün davam edən təmas ilk günü ilə bir dəfə sayılır.",
        mediating="Vasitəçi – vasitəçilik və ya həmsədrlik etmiş üçüncü tərəfdir; yalnız ev sahibi olan və ya tədbiri çərçivəsində iki tərəfin görüşdüyü üçüncü tərəf vasitəçi sayılmır.",
        several_mediators="Bir neçə vasitəçinin iştirak etdiyi təmas onların hər biri üçün sayılır.",
        limits="Göstərilən ilk və son gün də sayılır.",
        gap="{first} – {second}: günlərin sayı",
        gap_rule="Birinci hadisənin son günündən ikincinin ilk gününədək.",
        share="{part} (hamısı: {whole})",
        map_panel="Cənubi Qafqaz, böyüdülmüş",
        another_mediator="başqası və ya bir neçəsi eyni sayda",
        article_span="məqalədəki siyahının dövrü",
        outside="məlumatlardan kənar",
        contacts_axis="təmaslar",
        first_half="{year}, birinci yarımil",
        second_half="{year}, ikinci yarımil",
        bars_alt="Yarımillər üzrə təmasların sayı, sütunlarla. {values}.",
        bars_how="Təmas görüş və ya telefon danışığıdır və ilk gününün düşdüyü yarımildə bir dəfə sayılır; təmas olmayan yarımillər sıfır kimi qalır. Məlumatlar {first:since} {last:until} olan dövrü əhatə edir: qırıq xətli çərçivə birinci və sonuncu yarımilin məlumatlardan kənarda qalan hissəsini göstərir.",
        mediated="vasitəçi ilə",
        unmediated="vasitəçisiz",
        time_alt="Bütün {contacts} təmas zaman oxu üzərində nişanlarla, {first:since} {last:until}, hər istiqamət öz xəttində; dolu nişan vasitəçi deməkdir. {told}. Yuxarıda göstərilib: {named}.",
        time_how="Təmas görüş və ya telefon danışığıdır və bir dəfə, ilk günündə göstərilib. Dolu nişan o deməkdir ki, vasitəçi və ya həmsədr iştirak edib, boş nişan o deməkdir ki, onların heç biri iştirak etməyib. Yaxın günlərin nişanları bir-birinin üstündədir.",
        map_alt="Xəritə: təmasların {places} yeri, dairələrin ölçüsü təmasların sayına görədir. Ən çox: {most}. Onlardan {alone} yerdə heç bir təmasda vasitəçi olmayıb.",
        map_how="Təmas görüş və ya telefon danışığıdır və keçirildiyi yerdə bir dəfə sayılır; rəng orada ən çox iştirak etmiş vasitəçinin və ya həmsədrindir. Xəritədə yoxdur: yeri bir nöqtə olmayan, məsələn, ortaq sərhəddə keçən {spread} təmas və yeri mənbələrdə göstərilməyən {nowhere} telefon danışığı və ya təmas. Sahil xətləri: Natural Earth, ictimai mülkiyyət.",
        all_rows="Bütün {count} sətir və necə sayıldığı (ingiliscə)",
        to_page="Necə sayılıb və harada yazılıb (ingiliscə)",
        closes="Bağla",
        opens="Hamısı, ingiliscə",
        anchor="Bu hissəyə keçid",
        keys="Ox düymələri: sətirlər. Enter: hamısı. Escape: bağla.",
    )

    def _month_of(self, date: pd.Timestamp) -> tuple[str, str]:
        """A month as it belongs to a year ("iyulu"), and the vowel of its next suffix."""
        name = self.month_name(date.month)
        last = next(letter for letter in reversed(name) if letter in "aıoueiöü")
        vowel = {"a": "ı", "ı": "ı", "o": "u", "u": "u", "e": "i", "i": "i", "ö": "ü", "ü": "ü"}[last]
        return name + vowel, "a" if vowel in "ıu" else "ə"

    def _date(self, days: str, date: pd.Timestamp, before: str = "") -> dict[str, str]:
        year, month = f"{date.year}-{ORDINALS[last_word(date.year)]} il", self.month_name(date.month)
        vowel = "a" if last_word(date.day) in BACK else "ə"
        of_month, _ = self._month_of(date)
        day = f"{year} {before}{of_month}n {days}"
        return {
            "": f"{before}{days} {month} {year}", "in": f"{day}-d{vowel}", "since": f"{day}-d{vowel}n", "until": f"{day}-dək",
            "of": f"{year} {before}{days} {month}", "dated": f"{year} {before}{days} {month} tarixli",
        }  # fmt: skip

    def _month(self, date: pd.Timestamp, before: str = "") -> dict[str, str]:
        named, vowel = self._month_of(date)
        named = f"{date.year}-{ORDINALS[last_word(date.year)]} ilin {before}{named}"
        return {"": named, "in": f"{named}nd{vowel}", "since": f"{named}nd{vowel}n", "until": f"{named}n{vowel}dək", "of": named[:-1], "dated": named[:-1]}

    def _year(self, year: int) -> dict[str, str]:
        named = f"{year}-{ORDINALS[last_word(year)]} il"
        return {"": named, "in": f"{named}də", "since": f"{named}dən", "until": f"{named}ədək", "of": f"{named}in", "dated": f"{named}in"}

    def day_month(self, date: pd.Timestamp) -> str:
        return f"{date.day} {self.month_name(date.month)}"

    def capitalise(self, text: str) -> str:
        return ("İ" if text[:1] == "i" else text[:1].upper()) + text[1:]
