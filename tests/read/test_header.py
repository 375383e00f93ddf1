"""Date, headline and issuer out of the form above a release; nothing out of running text."""

import datetime

import pytest

from pipeline.read.header import read_header

BODY = "\n\n새날시는 5일 청년 쉼터 세 곳을 연다고 밝혔다.\n"
MARCH_5 = "2024-03-05"


@pytest.mark.parametrize(
    ("form", "date"),
    [
        # the forms of a date
        ("배포일시: 2024. 3. 5.(화)", MARCH_5),
        ("배포일시 2024.03.05", MARCH_5),
        ("배포일\t2024년 3월 5일", MARCH_5),
        ("배포일자 : 2024년3월5일(화요일) 10시", MARCH_5),
        ("배포일: 2024-03-05", MARCH_5),
        ("배포일: 2024/3/5", MARCH_5),
        ("배포일: ’24.3.5.", MARCH_5),
        ("배포일: '24. 3. 5(화)", MARCH_5),
        ("배포일: ‘24.3.5.(화) 조간", MARCH_5),
        ("배포일: 24. 3. 5.(화)", MARCH_5),  # the weekday is right, so 24 is a year
        ("배포일: ２０２４. ３. ５.", MARCH_5),
        ("배 포 일 시 | 2024. 3. 5.(화) 08:30", MARCH_5),
        ("□ 배포일시 : 2024. 3. 5.(화)", MARCH_5),
        ("(배포일시) 2024. 3. 5.(화) / 총 3쪽", None),
        # which label counts
        ("보도일시: 2024. 3. 6.(수) 조간\n배포일시: 2024. 3. 5.(화)", MARCH_5),
        ("배포일시: 2024. 3. 5.(화)\n보도일시: 2024. 3. 6.(수)", MARCH_5),
        ("보도시점 2024. 3. 6.(수) 12:00 배포 2024. 3. 5.(화) 10:00", MARCH_5),
        ("보도시점 : 2024. 3. 6.(수) 11:00 이후(3. 7.(목) 조간) / 배포 : 2024. 3. 5.(화)", MARCH_5),
        ("보도시점: 2024. 3. 5.(화) 조간부터", MARCH_5),
        ("보도 일시\n2024. 3. 5.(화) 석간", MARCH_5),
        ("보도시점\n2024. 3. 6.(수) 12:00\n배포\n2024. 3. 5.(화)", MARCH_5),
        ("보도시점\n배포 즉시\n배포\n2024.3.5. 14:00", MARCH_5),
        ("보도시점\n배포\n2024. 3. 6.(수)\n2024. 3. 5.(화)", MARCH_5),
        ("보도시점: 배포 즉시\n배포시점\n\n2024.3.5(화)", MARCH_5),
        ("보도시점\n(온라인, 지면) 2024. 3. 5.(화) 즉시보도", MARCH_5),
        ("자료배포\n 2024. 3. 5. (화)", MARCH_5),
        ("엠바고: 2024. 3. 5.(화) 10:00", MARCH_5),
        ("2024. 3. 5.(화) 석간부터 보도하여 주시기 바랍니다.", MARCH_5),
        ("이 자료는 2024년 3월 5일(화) 조간부터 보도해 주시기 바랍니다.", MARCH_5),
        ("배포 즉시 보도해 주시기 바랍니다.\n담당부서\n쉼터과\n배포일\n2024. 3. 5.", MARCH_5),
        # no date, or none for sure
        ("배포 즉시", None),
        ("배포일시: 배포 즉시", None),
        ("보도시점: 즉시 보도 가능", None),
        ("배포일시: 3. 5.(화) 조간", None),
        ("보도시점: 10. 12. 14:00", None),
        ("배포일: 24. 3. 5.", None),
        ("배포일: 24. 3. 5.(수)", None),
        ("배포일:", None),
        ("2024. 3. 5.(화)", None),
        ("개관일: 2024. 3. 5.(화)", None),
        ("안내책 배포: 2024. 3. 5.(화)", None),
        ("배포일 2024. 3. 5. 기준 쉼터 현황", None),
        ("배포일시: 2024. 3. 5.(화) 새날시청에서 연다", None),
        ("배포처\n2024. 3. 5.(화)", None),
    ],
)
def test_date(form: str, date: str | None) -> None:
    header = read_header(f"보도자료\n{form}\n새날시, 청년 쉼터 연다{BODY}")
    assert header.published == (datetime.date.fromisoformat(date) if date else None)
    assert not header.warnings


@pytest.mark.parametrize(
    "text",
    [
        "새날시는 2024. 3. 5.(화) 쉼터를 열었다.",
        "새날시는 쉼터를 연다고 밝혔다.\n\n배포일시: 2024. 3. 5.(화)",
        "□ 새날시는 안내책을 만들어 나눈다.\n ○ 배포일: 2024. 3. 5.",
        "새날시는 2024년 3월 5일 기업 설명회를 열고 2024년 4월 1일까지 참가할 기업을 찾는다고 밝혔다. 설명회는 새날시청 대강당에서 열리며 누구나 올 수 있다\n배포일: 2024. 3. 5.",
        "\n".join([f"나눔 {n}곳" for n in range(50)]) + "\n배포일: 2024. 3. 5.",
        "배포일시" + "\n" * 9_000 + "2024. 3. 5.",
        "",
        "\n\n",
    ],
)
def test_no_date_out_of_running_text(text: str) -> None:
    assert read_header(text).published is None


@pytest.mark.parametrize("date", ["2024. 2. 30.", "2024. 13. 1.(금)", "2023년 2월 29일"])
def test_an_impossible_date_is_a_warning(date: str) -> None:
    header = read_header(f"배포일: {date}\n새날시, 청년 쉼터 연다{BODY}")
    assert header.published is None
    assert "is no date" in header.warnings[0]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"새날시, 청년 쉼터 연다{BODY}", "새날시, 청년 쉼터 연다"),
        (f"보도자료\n배포일: 2024. 3. 5.\n담당부서\n쉼터과\n새날시, 청년 쉼터 연다\n- 내년까지 세 곳{BODY}", "새날시, 청년 쉼터 연다"),
        (f"새날시, 청년 쉼터 연다\n\n배포일: 2024. 3. 5.\n담당: 김새날 (02-000-0000){BODY}", "새날시, 청년 쉼터 연다"),
        (f"보도자료\n\n청년과 이웃이 함께,\n쉼터에서 다시 만난다{BODY}", "청년과 이웃이 함께, 쉼터에서 다시 만난다"),
        ("새날시, 청년 쉼터 연다\n새날시는 5일 쉼터를 연다고 밝혔다.", "새날시, 청년 쉼터 연다"),
        # no headline
        ("새날시는 쉼터를 연다.", ""),
        ("새날시, 청년 쉼터 연다", ""),
        ("새날시는 내년 상반기에 청년 쉼터를 세 곳 열고\n입주할 청년을 모은다고 밝혔다.", ""),
        ("새날시(시장 김새날)는 청년 쉼터를 연다며\n\n입주할 청년을 모은다고 밝혔다.", ""),
        ("□ 청년 쉼터 세 곳 연다\n\n새날시는 쉼터를 연다.", ""),
        ("구분\t쉼터\t숲길 정비\n\n새날시는 쉼터를 연다.", ""),
        ("보도자료\n배포일: 2024. 3. 5.\n\n홍보담당관실\n\n새날시는 쉼터를 연다.", ""),
        ("", ""),
    ],
)
def test_title(text: str, title: str) -> None:
    assert read_header(text).title == title


@pytest.mark.parametrize(
    ("form", "issuer"),
    [
        ("새날부\n보도자료", "새날부"),
        ("보도자료\n새날청", "새날청"),
        ("새날위원회 보도자료", "새날위원회"),
        ("보도자료\n배포기관: 새날진흥원", "새날진흥원"),
        ("보도자료\n발표기관 | 새날 연구원", "새날 연구원"),
        ("보도자료\n담당부서 : 새날부 쉼터과", ""),
        ("보도자료\n배포일: 2024. 3. 5.\n새날부", ""),
        ("새날부", ""),
        ("보도자료", ""),
    ],
)
def test_issuer(form: str, issuer: str) -> None:
    assert read_header(f"{form}\n새날시, 청년 쉼터 연다{BODY}").issuer == issuer
