"""Turkish words for values of the data."""

from __future__ import annotations

import pandas as pd

from rapprochement.wording.tongue import Labels, Tongue, last_word

# Locative, ablative and dative after the last word of a number as it is spoken.
SUFFIXES = {
    1: ("de", "den", "e"), 2: ("de", "den", "ye"), 3: ("te", "ten", "e"), 4: ("te", "ten", "e"), 5: ("te", "ten", "e"),
    6: ("da", "dan", "ya"), 7: ("de", "den", "ye"), 8: ("de", "den", "e"), 9: ("da", "dan", "a"), 10: ("da", "dan", "a"),
    20: ("de", "den", "ye"), 30: ("da", "dan", "a"), 40: ("ta", "tan", "a"), 50: ("de", "den", "ye"), 60: ("ta", "tan", "a"),
    70: ("te", "ten", "e"), 80: ("de", "den", "e"), 90: ("da", "dan", "a"), 100: ("de", "den", "e"), 1000: ("de", "den", "e"),
}  # fmt: skip


class Turkish(Tongue):
    code = "tr"
    name = "Türkçe"
    about = "yaklaşık"
    nouns = {
        "contact": {"other": "temas"},
        "event": {"other": "olay"},
        "source": {"other": "kaynak"},
        "day": {"other": "gün"},
    }
    asks = {
        "contact": "temaslar", "any": "olaylar", "mediator": "arabulucu: {}", "no mediator": "arabulucusuz",
        "article yes": "makalenin listesinde", "article aggregate": "makalede sayılmış, tarihi verilmemiş", "article no": "makalede yok",
        "from": "{:since}", "until": "{:until} kadar", "after": "{:since} sonra", "before": "{:since} önce",
        "as-of": "verilerin son günü", "first-date": "verilerin ilk günü", "contacts": "temaslar", "events": "olaylar",
    }  # fmt: skip
    labels = Labels(
        figure="Şekil",
        how="Nasıl sayıldı:",
        source="Kaynak: events.csv, sürüm {version}.",
        rows="{count} satırın tümünün listesi",
        data="Veri (CSV)",
        svg="Görsel (SVG)",
        png="Görsel (PNG)",
        contact_rule="Temas, bir görüşme ya da telefon konuşmasıdır. Birkaç gün süren bir temas, ilk günüyle bir kez sayılır.",
        mediating="Arabulucu, arabuluculuk ya da eş başkanlık yapmış olan üçüncü taraftır; yalnızca ev sahibi olan ya da düzenlediği toplantı sırasında iki tarafın görüştüğü üçüncü taraf arabulucu sayılmaz.",
        several_mediators="Birden çok arabulucusu olan bir temas, bunların her biri için sayılır.",
        limits="Belirtilen ilk ve son gün de sayılır.",
        gap="{first} – {second}: gün sayısı",
        gap_rule="Birinci olayın son gününden ikincisinin ilk gününe kadar.",
        share="{part} (tümü: {whole})",
        map_panel="Güney Kafkasya, büyütülmüş",
        another_mediator="bir başkası ya da eşit sayıda birkaçı",
        article_span="makaledeki listenin dönemi",
        outside="verilerin dışında",
        contacts_axis="temaslar",
        first_half="{year}, birinci yarıyıl",
        second_half="{year}, ikinci yarıyıl",
        bars_alt="Yarıyıllara göre temas sayısı, sütunlarla. {values}.",
        bars_how="Temas, bir görüşme ya da telefon konuşmasıdır ve ilk gününün düştüğü yarıyılda bir kez sayılır; temas bulunmayan yarıyıllar sıfır olarak kalır. Veriler {first:since} {last:until} kadar uzanır: kesik çizgili çerçeve, ilk ve son yarıyılın verilerin dışında kalan bölümünü gösterir.",
        mediated="arabuluculu",
        unmediated="arabulucusuz",
        time_alt="{contacts} temasın tümü, zaman çizgisi üzerinde işaretlerle, {first:since} {last:until} kadar, her hat kendi şeridinde; dolu işaret arabuluculu demektir. {told}. Yukarıda belirtilenler: {named}.",
        time_how="Temas, bir görüşme ya da telefon konuşmasıdır ve ilk gününde bir kez gösterilir. Dolu işaret bir arabulucunun ya da eş başkanın katıldığını, boş işaret hiçbirinin katılmadığını gösterir. Yakın günlerin işaretleri üst üste durur.",
        map_alt="Harita: {places} temas yeri; dairelerin büyüklüğü temas sayısına göredir. En çok: {most}. Bunların {alone} tanesinde hiçbir temasa arabulucu katılmadı.",
        map_how="Temas, bir görüşme ya da telefon konuşmasıdır ve gerçekleştiği yerde bir kez sayılır; renk, oradaki temasların çoğuna katılan arabulucunun ya da eş başkanındır. Haritada bulunmayanlar: yeri tek bir nokta olmayan, örneğin ortak sınırda yapılan {spread} temas ve kaynakların yerini belirtmediği {nowhere} telefon konuşması ya da temas. Kıyı çizgileri: Natural Earth, kamu malı.",
        all_rows="{count} satırın tümü ve nasıl sayıldığı (İngilizce)",
        to_page="Nasıl sayıldığı ve nerede geçtiği (İngilizce)",
        closes="Kapat",
        opens="Tümü, İngilizce",
        anchor="Bu bölüme bağlantı",
        keys="Ok tuşları: satırlar. Enter: tümü. Escape: kapat.",
    )

    def _with_suffixes(self, named: str, number: int) -> dict[str, str]:
        where, whence, whither = SUFFIXES[last_word(number)]
        return {"": named, "in": f"{named}’{where}", "since": f"{named}’{whence}", "until": f"{named}’{whither}"}

    def _date(self, days: str, date: pd.Timestamp, before: str = "") -> dict[str, str]:
        named = f"{before}{days} {self.month_name(date.month)} {date.year}"
        return {**self._with_suffixes(named, date.year), "of": f"{named} tarihli", "dated": f"{named} tarihli"}

    def _month(self, date: pd.Timestamp, before: str = "") -> dict[str, str]:
        named = f"{before}{self.month_name(date.month)} {date.year}"
        return {**self._with_suffixes(named, date.year), "of": named, "dated": f"{named} tarihli"}

    def _year(self, year: int) -> dict[str, str]:
        return {**self._with_suffixes(str(year), year), "of": str(year), "dated": f"{year} tarihli"}

    def day_month(self, date: pd.Timestamp) -> str:
        return f"{date.day} {self.month_name(date.month)}"

    def capitalise(self, text: str) -> str:
        return ("İ" if text[:1] == "i" else text[:1].upper()) + text[1:]
