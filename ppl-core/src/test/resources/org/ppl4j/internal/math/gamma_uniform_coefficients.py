"""Prints the table of GammaUniform.java: Taylor coefficients of Temme's c_k(eta), exactly rounded.

DLMF 8.12.7-8.12.11: c_0 = 1/mu - 1/eta, c_k = c_{k-1}'/eta + (-1)^k g_k/mu, where eta^2/2 = mu - ln(1+mu)
and g_k are the coefficients of Stirling's series of the gamma function (DLMF 5.11.3). Exact fractions.

Run: python3 gamma_uniform_coefficients.py     (needs only the standard library)
"""
from fractions import Fraction as F

LENGTHS = [24, 20, 17, 14, 12, 10, 8, 6]
BERNOULLI = [F(1, 6), F(-1, 30), F(1, 42), F(-1, 30), F(5, 66)]  # B_2, B_4, ...
N = LENGTHS[0] + 2 * len(LENGTHS) + 2

mu = [F(0)] * (N + 2)  # mu(eta), from mu mu' = eta (1 + mu)
mu[1] = F(1)
for m in range(2, N + 2):
    mu[m] = (mu[m - 1] - sum(mu[i] * (m + 1 - i) * mu[m + 1 - i] for i in range(2, m))) / (m + 1)

inverse = [F(1)]  # eta / mu
for i in range(1, N):
    inverse.append(-sum(mu[j + 1] * inverse[i - j] for j in range(1, i + 1)))

log_gamma_star = [F(0)] * (2 * len(BERNOULLI) + 1)
for j, b in enumerate(BERNOULLI, start=1):
    log_gamma_star[2 * j - 1] = b / (2 * j * (2 * j - 1))
g = [F(1)]
for k in range(1, len(LENGTHS)):
    g.append(sum(j * log_gamma_star[j] * g[k - j] for j in range(1, k + 1)) / k)

c = [inverse[1:]]
for k in range(1, len(LENGTHS)):
    previous = c[-1]
    sign = (-1) ** k
    assert previous[1] + sign * g[k] == 0  # the pole at eta = 0 cancels
    c.append([(n + 2) * previous[n + 2] + sign * g[k] * inverse[n + 1] for n in range(len(previous) - 2)])

for row, length in zip(c, LENGTHS):
    print("    {")
    for x in row[:length]:
        print("      %r," % float(x))
    print("    },")
