"""Russian words for values of the data."""

from __future__ import annotations

import pandas as pd

from rapprochement.wording.tongue import Labels, Tongue


class Russian(Tongue):
    code = "ru"
    name = "Русский"
    about = "примерно"
    names_months_alone = True
    nouns = {
        "contact": {"one": "контакт", "few": "контакта", "many": "контактов", "other": "контакта"},
        "event": {"one": "событие", "few": "события", "many": "событий", "other": "события"},
        "source": {"one": "источник", "few": "источника", "many": "источников", "other": "источника"},
        "day": {"one": "день", "few": "дня", "many": "дней", "other": "дня"},
        # As they stand after a preposition that takes the genitive, such as "из".
        "of event": {"one": "события", "other": "событий"},
        "of source": {"one": "источника", "other": "источников"},
        "of contact": {"one": "контакта", "other": "контактов"},
        # As they stand with "в", in the prepositional.
        "in contact": {"one": "контакте", "other": "контактах"},
    }
    asks = {
        "contact": "контакты", "any": "события", "mediator": "посредник: {}", "no mediator": "без посредника",
        "article yes": "в списке статьи", "article aggregate": "в статье подсчитаны, но не датированы", "article no": "в статье нет",
        "from": "с {:since}", "until": "по {:until}", "after": "после {:of}", "before": "до {:of}",
        "as-of": "последний день в данных", "first-date": "первый день в данных", "contacts": "контакты", "events": "события",
    }  # fmt: skip
    labels = Labels(
        figure="Рисунок",
        how="Как подсчитано:",
        source="Источник: events.csv, версия {version}.",
        rows="Все строки списком: {count}",
        data="Данные (CSV)",
        svg="Изображение (SVG)",
        png="Изображение (PNG)",
        contact_rule="Контакт – это встреча или телефонный разговор. Контакт, который длится несколько дней, считается один раз, по первому дню.",
        mediating="Посредник – третья сторона, которая посредничала или сопредседательствовала; та, что лишь принимала у себя или на чьём мероприятии встретились стороны, посредником не считается.",
        several_mediators="Контакт с несколькими посредниками засчитывается каждому из них.",
        limits="Названные первый и последний дни тоже учитываются.",
        gap="{first} – {second}: число дней",
        gap_rule="От последнего дня первого события до первого дня второго.",
        share="{part} (все: {whole})",
        map_panel="Южный Кавказ, увеличено",
        another_mediator="другой или несколько поровну",
        article_span="период списка статьи",
        outside="вне данных",
        contacts_axis="контакты",
        first_half="первое полугодие {year} года",
        second_half="второе полугодие {year} года",
        bars_alt="Столбцы: число контактов по полугодиям. {values}.",
        bars_how="Контакт – это встреча или телефонный разговор; он считается один раз, в полугодии своего первого дня; полугодия без контактов показаны нулём. Данные охватывают время с {first:since} по {last:until}: пунктирная рамка показывает часть первого и последнего полугодий вне этих данных.",
        mediated="с посредником",
        unmediated="без посредника",
        time_alt="Все контакты (их {contacts}) отметками на оси времени, с {first:since} по {last:until}, каждое направление на своей линии; закрашенная отметка – с посредником. {told}. Сверху названы: {named}.",
        time_how="Контакт – это встреча или телефонный разговор; он показан один раз, в свой первый день. Закрашенная отметка означает, что участвовал посредник или сопредседатель, пустая – что никто из них не участвовал. Отметки близких дней стоят одна над другой.",
        map_alt="Карта мест встреч (их {places}): чем больше контактов, тем больше круг. Больше всего: {most}. Мест, где ни в одном контакте не участвовал посредник: {alone}.",
        map_how="Контакт – это встреча или телефонный разговор; он считается один раз, там, где состоялся; цвет – по посреднику или сопредседателю большинства контактов в этом месте. На карте нет контактов, место которых не сводится к одной точке, например на общей границе (их {spread}), и звонков или контактов, место которых источники не называют (их {nowhere}). Береговые линии: Natural Earth, общественное достояние.",
        all_rows="Все строки ({count}) и как они подсчитаны (на английском)",
        to_page="Как подсчитано и где это стоит (на английском)",
        closes="Закрыть",
        opens="Целиком, на английском",
        anchor="Ссылка на этот раздел",
        keys="Стрелки: строки. Enter: все. Escape: закрыть.",
    )

    def _date(self, days: str, date: pd.Timestamp, before: str = "") -> dict[str, str]:
        named = f"{before}{days} {self.month_name(date.month)} {date.year} года"
        return dict.fromkeys(("", "in", "since", "until", "of", "dated"), named)

    def _month(self, date: pd.Timestamp, before: str = "") -> dict[str, str]:
        genitive = self.month_name(date.month)
        of, named = (f"{before}{name} {date.year} года" for name in (genitive, self.month_name(date.month, alone=True)))
        # The prepositional of every month ends in е where the genitive has а or я.
        return {"": named, "in": f"{before}{genitive[:-1]}е {date.year} года", "since": of, "until": named, "of": of, "dated": of}

    def _year(self, year: int) -> dict[str, str]:
        return {"": f"{year} год", "in": f"{year} году", "since": f"{year} года", "until": f"{year} год", "of": f"{year} года", "dated": f"{year} года"}

    def day_month(self, date: pd.Timestamp) -> str:
        return f"{date.day} {self.month_name(date.month)}"
