"""Images and log-derivatives of the fixed maps of numbers, for ElementwiseValuesTest.

Source: mpmath, the formulas of the maps with 60 digits and derivatives by mpmath's diff, at inputs and
parameters that float32 holds exactly.
Run: python3 elementwise.py > elementwise.csv
"""

from mpmath import asinh, atan, diff, erfc, exp, expm1, fabs, log, log1p, mp, mpf, nstr, pi, sign, sinh, sqrt, tanh, cosh

mp.dps = 400



def tails(x, h):
    """Of negative h the inverse of that of -h."""
    far = sqrt(expm1(30.25 * fabs(h)) / fabs(h))
    slope = mpf(5.5) * exp(30.25 * fabs(h)) / far
    if fabs(x) <= (5.5 if h > 0 else far):
        return sign(x) * sqrt(expm1(h * x**2) / h if h > 0 else log1p(-h * x**2) / -h)
    return sign(x) * (far + (fabs(x) - 5.5) * slope if h > 0 else 5.5 + (fabs(x) - far) / slope)


MAPS = {
    "tanh": lambda a, b: tanh,
    "leaky ReLU": lambda a, b: lambda x: x if x >= 0 else a * x,
    "ELU": lambda a, b: lambda x: x if x >= 0 else a * expm1(x),
    "power": lambda a, b: lambda x: x**a,
    "sinh-arcsinh": lambda a, b: lambda x: sinh(b * (asinh(x) + a)),
    "log-tanh": lambda a, b: lambda x: tanh(x)
    if fabs(x) <= a
    else sign(x) * (tanh(a) + a / cosh(a) ** 2 * log(fabs(x) / a)),
    "tails": lambda a, b: lambda x: tails(x, a if x < 0 else b),
    "soft clip": lambda a, b: lambda x: x / (1 + fabs(x) / a),
    "Normal": lambda a, b: lambda x: erfc(-(x - a) / b / sqrt(2)) / 2,
    "Logistic": lambda a, b: lambda x: 1 / (1 + exp(-(x - a) / b)),
    "Cauchy": lambda a, b: lambda x: mpf(1) / 2 + atan((x - a) / b) / pi,
}

SMALL = mpf(2) ** -20
LINE = [-300, -40, -18, -3, -0.5, -SMALL, SMALL, 0.5, 3, 18, 40, 300]
ROWS = [
    ("tanh", 0, 0, LINE),
    ("leaky ReLU", 0.125, 0, LINE),
    ("ELU", 1, 0, LINE),
    ("ELU", 2.5, 0, LINE),
    ("power", 3, 0, [SMALL, 0.5, 1, 7, 1000]),
    ("power", 0.375, 0, [SMALL, 0.5, 1, 7, 1000]),
    ("power", -0.5, 0, [SMALL, 0.5, 1, 7, 1000]),
    ("sinh-arcsinh", 0.5, 1.25, LINE),
    ("sinh-arcsinh", -1, 0.5, LINE),
    ("sinh-arcsinh", 0, 3, LINE),
    ("tails", 0.125, 0.5, LINE),
    ("tails", -0.25, 0.0078125, LINE),
    ("log-tanh", 1, 0, LINE),
    ("log-tanh", 2.5, 0, LINE),
    ("soft clip", 1, 0, LINE),
    ("soft clip", 5, 0, LINE),
    ("Normal", 0.5, 2, [-40, -10, 0.5, 3, 12]),
    ("Logistic", 0.5, 2, [-100, -10, 0.5, 3, 30]),
    ("Cauchy", 0.5, 2, [-1000, -10, 0.5, 3, 30]),
]

print("map,first,second,x,y,log_derivative")
for name, first, second, inputs in ROWS:
    function = MAPS[name](mpf(first), mpf(second))
    for x in inputs:
        x = mpf(x)
        slope = fabs(diff(function, x, h=mpf(10) ** -130))
        print(f"{name},{first},{second},{nstr(x, 20)},{nstr(function(x), 20)},{nstr(log(slope), 20)}")
