"""What somebody wants of a column becomes a choice, however the columns are called."""

from dataclasses import asdict

import pytest

from relulab.data.tables.choices import Choices
from relulab.data.tables.columns import Role
from relulab.data.tables.raw import spans_of
from relulab.data.tables.roles import may_have, reference, with_answer, with_role
from relulab.data.tables.understanding import Understanding
from tests.helpers.tables import roles, understood

ROWS = "".join(f"{n * 7 + 1000},{n % 5}.5,{n * n}.25,{n % 2}\n" for n in range(20))


def again(content: str, choices: Choices) -> Understanding:
    return understood(content, **{name: value for name, value in asdict(choices).items() if value})


@pytest.mark.parametrize("head", ["id,w,h,c", "4,3,2,1", 'Id,"w, kg",w,y', "key,,b,c"])
def test_every_role_can_be_given_and_taken_back(head):
    content = f"{head}\n{ROWS}"
    table = understood(content, header="yes")
    start = Choices(header="yes")
    for column in table.columns:
        for role in (Role.FEATURE, Role.IGNORE, Role.TARGET):
            if not may_have(column, role):
                continue
            found = again(content, with_role(start, table, (column.number,), role))
            assert found.columns[column.number - 1].role is role
            others = [one for one in found.columns if one.number != column.number]
            assert (
                role is not Role.IGNORE
                or column.role is Role.TARGET
                or roles_of(others) == roles_of([one for one in table.columns if one.number != column.number])
            )


def roles_of(columns) -> dict[int, Role]:
    return {one.number: one.role for one in columns}


def test_an_identifier_is_learned_from_where_somebody_says_so_and_left_out_again():
    content = f"id,w,h,c\n{ROWS}"
    table = understood(content)
    assert roles(table)["id"] == "identifier"
    learned = with_role(Choices(), table, (1,), Role.FEATURE)
    assert roles(again(content, learned))["id"] == "feature"
    assert with_role(learned, again(content, learned), (1,), Role.IGNORE) == Choices(ignore="id")


def test_another_target_is_another_task_and_unit():
    content = f"id,w,h,c\n{ROWS}"
    table = understood(content)
    chosen = with_role(Choices(target="h", task="regression", unit="m"), table, (4,), Role.TARGET)
    assert chosen == Choices(target="c")


def test_columns_that_share_a_name_are_named_by_their_number():
    table = understood(f"a,a,b,c\n{ROWS}")
    assert [reference(column, table.columns) for column in table.columns] == ["1", "2", "b", "c"]


def test_answers_add_to_lists_and_keep_the_rest():
    content = "x;m;c\n" + "".join(f"{n}.5;{'n. v.' if n == 8 else n};{'ab'[n % 2]}\n" for n in range(30))
    table = understood(content, missing="zero", numbers="1234.5")
    (question,) = table.questions
    first = Choices(missing="zero", numbers="1234.5")
    found = [with_answer(first, table, question, answer) for answer in question.answers]
    assert found[0].missing == "zero, n. v."
    assert (found[1].skip, found[1].missing) == ("10", "zero")
    assert found[2].ignore == "m"
    assert all(not again(content, one).questions for one in found)


def test_cells_lie_where_they_are_written():
    def cells(line: str, separator: str) -> list[str]:
        return [line[start:stop] for start, stop in spans_of(line, separator)]

    assert cells('"Lee, Ann",60.5,', ",") == ['"Lee, Ann"', "60.5", ""]
    assert cells("  1.0  2.5 0", " ") == ["1.0", "2.5", "0"]
    assert cells("a\tb", "\t") == ["a", "b"]
    assert cells('"say ""a;b""";2', ";") == ['"say ""a;b"""', "2"]
