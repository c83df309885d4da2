"""Armenian words for values of the data: Eastern Armenian, as in the Republic of Armenia."""

from __future__ import annotations

import pandas as pd

from rapprochement.wording.tongue import Labels, Tongue


class Armenian(Tongue):
    code = "hy"
    name = "Հայերեն"
    about = "մոտավորապես"
    names_months_alone = True
    nouns = {
        "contact": {"other": "շփում"},
        "event": {"other": "իրադարձություն"},
        "source": {"other": "աղբյուր"},
        "day": {"other": "օր"},
    }
    colon = "՝"
    asks = {
        "contact": "շփումներ", "any": "իրադարձություններ", "mediator": "միջնորդ՝ {}", "no mediator": "առանց միջնորդի",
        "article yes": "հոդվածի ցանկում", "article aggregate": "հոդվածում հաշված, բայց չթվագրված", "article no": "հոդվածում չկան",
        "from": "{:since}", "until": "մինչև {:until}", "after": "{:since} հետո", "before": "{:since} առաջ",
        "as-of": "տվյալների վերջին օրը", "first-date": "տվյալների առաջին օրը", "contacts": "շփումներ", "events": "իրադարձություններ",
    }  # fmt: skip
    labels = Labels(
        figure="Գծապատկեր",
        how="Ինչպես է հաշվված։",
        source="Աղբյուրը՝ events.csv, տարբերակ {version}։",
        rows="Բոլոր {count} տողերի ցանկը",
        data="Տվյալներ (CSV)",
        svg="Պատկեր (SVG)",
        png="Պատկեր (PNG)",
        contact_rule="Շփումը հանդիպում է կամ հեռախոսազրույց։ Մի քանի օր տևած շփումը հաշվվում է մեկ անգամ՝ իր առաջին օրով։",
        mediating="Միջնորդ է համարվում այն երրորդ կողմը, որը միջնորդել կամ համանախագահել է. ով միայն հյուրընկալել է կամ ում միջոցառման շրջանակում են երկու կողմերը հանդիպել, միջնորդ չէ։",
        several_mediators="Մի քանի միջնորդով շփումը հաշվվում է նրանցից յուրաքանչյուրի համար։",
        limits="Նշված առաջին և վերջին օրերը նույնպես հաշվվում են։",
        gap="{first} – {second}՝ օրերի թիվը",
        gap_rule="Առաջին իրադարձության վերջին օրից մինչև երկրորդի առաջին օրը։",
        share="{part} (բոլորը՝ {whole})",
        map_panel="Հարավային Կովկասը՝ խոշորացված",
        another_mediator="ուրիշը կամ մի քանիսը",
        article_span="հոդվածի ցանկի շրջանը",
        outside="տվյալներից դուրս",
        contacts_axis="շփումներ",
        first_half="{year} թվականի առաջին կիսամյակ",
        second_half="{year} թվականի երկրորդ կիսամյակ",
        bars_alt="Շփումների թիվը ըստ կիսամյակների՝ սյունակներով։ {values}։",
        bars_how="Շփումը հանդիպում է կամ հեռախոսազրույց և հաշվվում է մեկ անգամ՝ իր առաջին օրվա կիսամյակում. առանց շփումների կիսամյակները մնում են որպես զրո։ Տվյալները սկսվում են {first:since} և ավարտվում {last:in}. կետագիծը ցույց է տալիս առաջին և վերջին կիսամյակների այն մասը, որը տվյալներից դուրս է։",
        mediated="միջնորդով",
        unmediated="առանց միջնորդի",
        time_alt="Բոլոր {contacts} շփումները՝ նշաններով ժամանակի առանցքի վրա, {first:since} մինչև {last:until}, ամեն ուղղություն իր գծում. լցված նշանը՝ միջնորդով։ {told}։ Վերևում նշված են՝ {named}։",
        time_how="Շփումը հանդիպում է կամ հեռախոսազրույց և նշված է մեկ անգամ՝ իր առաջին օրը։ Լցված նշանը նշանակում է, որ մասնակցել է միջնորդ կամ համանախագահ, դատարկը՝ որ միջնորդ կամ համանախագահ չի եղել։ Մոտ օրերի նշանները դրված են մեկը մյուսի վրա։",
        map_alt="Քարտեզ՝ շփումների {places} վայրով, շրջանների չափը ըստ շփումների թվի։ Ամենից շատ՝ {most}։ Դրանցից {alone} վայրում ոչ մի շփման միջնորդ չի մասնակցել։",
        map_how="Շփումը հանդիպում է կամ հեռախոսազրույց և հաշվվում է մեկ անգամ՝ իր կայացման վայրում. գույնն այնտեղ առավել հաճախ մասնակցած միջնորդինն է կամ համանախագահինը։ Քարտեզի վրա նշված չէ {spread} շփում, որոնց վայրը մեկ կետ չէ, օրինակ՝ ընդհանուր սահմանը, և {nowhere} հեռախոսազրույց կամ շփում, որոնց վայրն աղբյուրները չեն նշում։ Ափագծերը՝ Natural Earth, հանրային սեփականություն։",
        all_rows="Բոլոր {count} տողերը և ինչպես են հաշվված (անգլերեն)",
        to_page="Ինչպես է հաշվված և որտեղ է գրված (անգլերեն)",
        closes="Փակել",
        opens="Ամբողջը՝ անգլերեն",
        anchor="Հղում այս հատվածին",
        keys="Սլաքներ՝ տողեր։ Enter՝ բոլորը։ Escape՝ փակել։",
    )

    def _date(self, days: str, date: pd.Timestamp, before: str = "") -> dict[str, str]:
        named = f"{date.year} թվականի {before}{self.month_name(date.month)} {days}"
        # Numbers that end in any consonant take the same ending; all day numbers do.
        return {"": named, "in": f"{named}-ին", "since": f"{named}-ից", "until": f"{named}-ը", "of": f"{named}-ի", "dated": f"{named}-ի"}

    def _month(self, date: pd.Timestamp, before: str = "") -> dict[str, str]:
        named = f"{date.year} թվականի {before}{self.month_name(date.month, alone=True)}"
        return {"": named, "in": f"{named}ին", "since": f"{named}ից", "until": f"{named}ը", "of": f"{named}ի", "dated": f"{named}ի"}

    def _year(self, year: int) -> dict[str, str]:
        named = f"{year} թվական"
        return {"": named, "in": f"{named}ին", "since": f"{named}ից", "until": f"{named}ը", "of": f"{named}ի", "dated": f"{named}ի"}

    def day_month(self, date: pd.Timestamp) -> str:
        return f"{self.month_name(date.month)} {date.day}"
