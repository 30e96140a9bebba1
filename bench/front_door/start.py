def measure(place):
    return
    yield
