from tests.training.logistic import Example, learn

POSTS = [
    Example((0, 1), 2**-0.5, (0,), 0.0, 1.0),
    Example((0,), 1.0, (0,), 0.0, 1.0),
    Example((2,), 1.0, (1,), 0.0, 1.0),
    Example((1, 2), 2**-0.5, (1,), 0.0, 1.0),
    Example((), 1.0, (1,), 0.0, 1.0),
]


def trained(*, penalty: float = 0.1, given: float = 0.0) -> list[list[float]]:
    posts = [Example(post.features, post.share, post.right, given, post.weight) for post in POSTS]
    return learn(posts, 3, 2, penalty=penalty, rounds=30, seed=1)


def test_what_tells_classes_apart_gets_weight_and_what_does_not_gets_little() -> None:
    first, both, second = trained()
    assert first[0] > 0.5 > abs(both[0])
    assert second[1] > 0.5


def test_the_same_seed_gives_the_same_weights() -> None:
    assert trained() == trained()


def test_a_penalty_keeps_weights_small_and_what_is_given_need_not_be_learned() -> None:
    assert trained(penalty=2.0)[0][0] < trained()[0][0]
    assert trained(given=1.0)[0][0] < trained()[0][0]
