"""The tests are strict: each safety net is seen catching something."""

import socket

import pytest
import pytest_socket
from django.contrib.contenttypes.models import ContentType
from django.template import Context, Template


def test_an_undefined_variable_fails():
    with pytest.raises(AssertionError, match="absent"):
        Template("{{ absent }}").render(Context())


def test_an_undefined_attribute_fails():
    with pytest.raises(AssertionError, match=r"here\.absent"):
        Template("{{ here.absent }}").render(Context({"here": {}}))


def test_asking_whether_a_variable_exists_is_legitimate():
    source = "{% if absent %}a{% endif %}{% for x in absent %}b{% endfor %}"
    assert Template(source).render(Context()) == ""


@pytest.mark.django_db
def test_rows_without_an_order_come_back_shuffled():
    for rank in range(60):
        ContentType.objects.create(app_label="essai", model=f"m{rank:02}")
    rows = ContentType.objects.filter(app_label="essai")
    in_order = [f"m{rank:02}" for rank in range(60)]
    assert [row.model for row in rows] != in_order
    assert sorted(row.model for row in rows) == in_order
    assert [row.model for row in rows.iterator()] != in_order
    assert list(rows.values_list("model", flat=True)) != in_order


@pytest.mark.django_db
def test_rows_with_an_order_keep_it_and_single_rows_are_found():
    for rank in range(30):
        ContentType.objects.create(app_label="essai", model=f"m{rank:02}")
    rows = ContentType.objects.filter(app_label="essai")
    assert [row.model for row in rows.order_by("model")] == [f"m{rank:02}" for rank in range(30)]
    assert rows.get(model="m07").model == "m07"
    assert rows.first().model == "m00"
    assert rows.last().model == "m29"
    assert rows.count() == 30


@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_a_test_cannot_open_a_network_connection():
    with pytest.raises(pytest_socket.SocketBlockedError):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)


@pytest.mark.filterwarnings("ignore:A test tried to use")
@pytest.mark.allow_hosts(["127.0.0.1", "::1"])
def test_a_test_that_may_speak_to_this_computer_cannot_speak_to_another():
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door,
        pytest.raises(pytest_socket.SocketConnectBlockedError),
    ):
        door.connect(("192.0.2.1", 80))
