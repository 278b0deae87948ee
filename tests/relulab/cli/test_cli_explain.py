"""``relulab explain`` on the command line."""


def test_one_is_explained_and_all_are_listed(call):
    found = call("explain", "update_ratio")
    assert found.exit_code == 0
    assert found.output.startswith("Size of the updates\n")
    assert "-4 to -2: good (healthy)" in found.output
    listed = call("explain").output.splitlines()
    assert any(line.startswith("dead_share ") and line.endswith("Dead units") for line in listed)


def test_a_name_that_is_not_there_is_told_with_the_one_that_is_meant(call):
    found = call("explain", "dead_shares")
    assert found.exit_code == 2
    assert "Did you mean 'dead_share'" in " ".join(found.output.split())
