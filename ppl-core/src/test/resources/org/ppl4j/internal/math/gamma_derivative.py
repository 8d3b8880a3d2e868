"""Writes gamma_derivative.csv: d log z / d a of a gamma draw at fixed quantile, 30 digits, by mpmath.

d log z / d a = -(dP(a, z)/da) / (z f(z; a)) at the exact double log z nearest to the quantile p. The derivative of
the regularised incomplete gamma function is a central difference in 120-digit arithmetic (error below 1e-35).

Run: pip install mpmath; python3 gamma_derivative.py > gamma_derivative.csv
"""
import mpmath as mp

mp.mp.dps = 120
CONCENTRATIONS = ["0.001", "0.003", "0.01", "0.05", "0.1", "0.3", "0.5", "0.9", "1", "1.5", "2", "3", "4.6", "7", "10",
                  "20", "29.5", "30", "31", "50", "100", "300", "1000", "3000", "10000"]
PROBABILITIES = ["1e-8", "1e-4", "1e-3", "0.01", "0.1", "0.25", "0.5", "0.75", "0.9", "0.99", "0.999", "0.9999",
                 "0.99999999"]


def upper(a, z):
    return mp.gammainc(a, z, mp.inf, regularized=True)


def lower(a, z):
    return mp.gammainc(a, 0, z, regularized=True)


def quantile(a, p):
    """log z to about 25 digits: bisection in log z at low precision, on the smaller tail."""
    with mp.workdps(40):
        p = mp.mpf(p)
        below = (lambda l: lower(a, mp.exp(l)) < p) if p <= 0.5 else (lambda l: upper(a, mp.exp(l)) > 1 - p)
        low, high = mp.mpf(-25000), mp.log(a + 40 * mp.sqrt(a) + 60)
        low = max(low, (mp.log(p) + mp.loggamma(a + 1)) / a - 1)
        for _ in range(70):
            middle = (low + high) / 2
            low, high = (middle, high) if below(middle) else (low, middle)
        return float(middle)


print("# concentration,log_z,derivative  (made by gamma_derivative.py, mpmath %s)" % mp.__version__)
for concentration in CONCENTRATIONS:
    a = mp.mpf(float(concentration))
    for probability in PROBABILITIES:
        l = quantile(a, probability)
        z = mp.exp(mp.mpf(l))
        h = mp.mpf(10) ** -25 * a
        if z <= a:
            slope = -(lower(a + h, z) - lower(a - h, z)) / (2 * h)
        else:
            slope = (upper(a + h, z) - upper(a - h, z)) / (2 * h)
        derivative = slope / mp.exp(a * mp.mpf(l) - z - mp.loggamma(a))
        print("%s,%r,%s" % (concentration, l, mp.nstr(derivative, 30)))
