"""Log-densities of the projected normal distribution, for ProjectedNormal's test.

Source: mpmath, quadrature with 40 digits of log[(2 pi)^(-K/2) exp(-c^2/2) int_0^inf r^(K-1) exp(-r^2/2 + r t) dr]
with t = c cos(angle), of x at this angle from a concentration of length c.
Run: python3 projected_normal.py > projected_normal.csv
"""

from mpmath import cos, exp, log, mp, mpf, nstr, pi, quad, sqrt

mp.dps = 40
print("size,length,angle,log_prob")
for size in (2, 3, 5, 20):
    for length, angle in ((0, 1), (1, 0.5), (3, 2.5), (8, 0.125), (8, 3), (60, 0.0625), (60, 1.75), (200, 3)):
        c, t = mpf(length), mpf(length) * cos(mpf(angle))
        mode = (t + sqrt(t * t + 4 * size)) / 2
        width = 1 / sqrt(1 + size / mode**2)

        def exponent(r):
            return (size - 1) * log(r) - r * r / 2 + r * t

        top = exponent(mode)
        points = [mode / 2**k for k in range(60, 0, -1)] + [mode + k * width * 2 for k in range(20)]
        integral = quad(lambda r: exp(exponent(r) - top), points)
        value = -size * log(2 * pi) / 2 - c * c / 2 + top + log(integral)
        print(f"{size},{length},{angle},{nstr(value, 20)}")
