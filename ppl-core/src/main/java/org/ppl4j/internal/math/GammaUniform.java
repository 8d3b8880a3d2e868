package org.ppl4j.internal.math;

/**
 * The implicit derivative of a gamma draw for large concentrations, uniformly in the draw, from
 * Temme's expansion of the incomplete gamma function.
 *
 * <p>With {@code mu = z/a - 1}, {@code eta^2 / 2 = mu - ln(1 + mu)} and {@code sign(eta) =
 * sign(mu)},
 *
 * <pre>
 * P(a, z) = erfc(-eta sqrt(a/2)) / 2 - exp(-a eta^2 / 2) / sqrt(2 pi a) S,   S = Σ_k c_k(eta) a^-k
 * </pre>
 *
 * (DLMF 8.12.4, 8.12.7). Its derivative in {@code a} at fixed {@code z}, over {@code z f(z; a)},
 * needs no derivative of the {@code c_k} in {@code eta}, since their recurrence (DLMF 8.12.11)
 * gives it:
 *
 * <pre>d log z / d a = (1 - Γ*(a) (eta/2 + S (eta^2/2 + 1/(2a)) - ∂S/∂a)) / a,</pre>
 *
 * where {@code Γ*(a) = Γ(a) / (sqrt(2 pi / a) (a/e)^a)}. Relative error below 1e-14 from {@code a =
 * 30} on.
 */
final class GammaUniform {

  /** The table's series in {@code eta} hold up to here. */
  static final double ETA_LIMIT = 1.0;

  private static final double DIRECT_FROM = 0.3;

  /**
   * Row k: the Taylor coefficients of {@code c_k(eta)}, lowest first, as many as matter where
   * {@code a >= 30}. Made by {@code gamma_uniform_coefficients.py} among the test resources.
   */
  private static final double[][] COEFFICIENTS = {
    {
      -0.3333333333333333,
      0.08333333333333333,
      -0.014814814814814815,
      0.0011574074074074073,
      0.0003527336860670194,
      -0.0001787551440329218,
      3.919263178522438e-05,
      -2.185448510679992e-06,
      -1.85406221071516e-06,
      8.296711340953087e-07,
      -1.7665952736826078e-07,
      6.707853543401498e-09,
      1.0261809784240309e-08,
      -4.382036018453353e-09,
      9.14769958223679e-10,
      -2.5514193994946248e-11,
      -5.830772132550426e-11,
      2.4361948020667415e-11,
      -5.0276692801141755e-12,
      1.1004392031956135e-13,
      3.371763262400985e-13,
      -1.392388722418162e-13,
      2.8534893807047445e-14,
      -5.139111834242572e-16
    },
    {
      -0.001851851851851852,
      -0.003472222222222222,
      0.0026455026455026454,
      -0.0009902263374485596,
      0.00020576131687242798,
      -4.018775720164609e-07,
      -1.8098550334489977e-05,
      7.64916091608111e-06,
      -1.6120900894563446e-06,
      4.647127802807434e-09,
      1.378633446915721e-07,
      -5.752545603517705e-08,
      1.1951628599778148e-08,
      -1.7543241719747647e-11,
      -1.0091543710600413e-09,
      4.162792991842583e-10,
      -8.56390702649298e-11,
      6.067215101604758e-14,
      7.1624989648114856e-12,
      -2.933186643771437e-12
    },
    {
      0.004133597883597883,
      -0.0026813271604938273,
      0.0007716049382716049,
      2.0093878600823047e-06,
      -0.0001073665322636516,
      5.2923448829120125e-05,
      -1.2760635188618728e-05,
      3.423578734096138e-08,
      1.3721957309062934e-06,
      -6.298992138380055e-07,
      1.4280614206064242e-07,
      -2.0477098421990866e-10,
      -1.409252991086752e-08,
      6.228974084922022e-09,
      -1.3670488396617114e-09,
      9.428356159014678e-13,
      1.2872252400089318e-10
    },
    {
      0.0006494341563786008, 0.00022947209362139917, -0.0004691894943952557,
      0.00026772063206283885, -7.561801671883977e-05, -2.396505113867297e-07,
      1.1082654115347302e-05, -5.6749528269915965e-06, 1.4230900732435883e-06,
      -2.7861080291528143e-11, -1.6958404091930278e-07, 8.099464905388083e-08,
      -1.9111168485973655e-08, 2.3928620439808118e-12
    },
    {
      -0.0008618882909167117, 0.0007840392217200666, -0.0002990724803031902,
      -1.4638452578843418e-06, 6.641498215465122e-05, -3.968365047179435e-05,
      1.1375726970678419e-05, 2.507497226237533e-10, -1.6954149536558305e-06,
      8.907507532205309e-07, -2.292934834000805e-07, 2.956794137544049e-11
    },
    {
      -0.00033679855336635813, -6.972813758365857e-05, 0.0002772753244959392,
      -0.00019932570516188847, 6.797780477937208e-05, 1.419062920643967e-07,
      -1.3594048189768693e-05, 8.018470256334202e-06, -2.291481176508095e-06,
      -3.252473551298454e-10
    },
    {
      0.0005313079364639922,
      -0.0005921664373536939,
      0.0002708782096718045,
      7.902353232660328e-07,
      -8.153969367561969e-05,
      5.61168275310625e-05,
      -1.8329116582843375e-05,
      -3.0796134506033047e-09
    },
    {
      0.00034436760689237765, 5.171790908260592e-05, -0.00033493161081142234,
      0.0002812695154763237, -0.00010976582244684731, -1.2741009095484485e-07
    }
  };

  private GammaUniform() {}

  /** Returns {@code eta} of {@code mu = z/a - 1}, without cancellation near 0; {@code mu >= -1}. */
  static double eta(double mu) {
    return Math.copySign(Math.sqrt(2.0 * distance(mu)), mu);
  }

  /** Returns {@code mu - ln(1 + mu)}; near 0 by {@code ln(1 + mu) = 2 artanh(mu / (2 + mu))}. */
  static double distance(double mu) {
    if (Math.abs(mu) >= DIRECT_FROM) {
      return mu == Double.POSITIVE_INFINITY ? mu : mu - Math.log1p(mu);
    }
    double r = mu / (2.0 + mu);
    double square = r * r;
    double sum = 0.0;
    for (int k = 27; k >= 3; k -= 2) {
      sum = sum * square + 1.0 / k;
    }
    return r * (mu - 2.0 * square * sum);
  }

  /**
   * Returns {@code d log z / d a}.
   *
   * @param a the concentration, at least 30
   * @param eta the draw, {@code |eta| <= ETA_LIMIT}
   */
  static double derivative(double a, double eta) {
    double s = 0.0;
    double weighted = 0.0;
    for (int k = COEFFICIENTS.length - 1; k >= 0; k--) {
      double c = polynomial(COEFFICIENTS[k], eta);
      s = s / a + c;
      weighted = weighted / a + k * c;
    }
    double slope = -weighted / a;
    double inner = 0.5 * eta + s * (0.5 * eta * eta + 0.5 / a) - slope;
    return (1.0 - gammaStar(a) * inner) / a;
  }

  private static double polynomial(double[] coefficients, double x) {
    double value = 0.0;
    for (int n = coefficients.length - 1; n >= 0; n--) {
      value = value * x + coefficients[n];
    }
    return value;
  }

  /**
   * Returns {@code S sqrt(1 / (2 pi a)) exp(-a eta^2 / 2)}: what P lacks of the normal
   * distribution's tail.
   */
  static double correction(double a, double eta, double exponential) {
    double s = 0.0;
    for (int k = COEFFICIENTS.length - 1; k >= 0; k--) {
      s = s / a + polynomial(COEFFICIENTS[k], eta);
    }
    return exponential / Math.sqrt(2.0 * Math.PI * a) * s;
  }

  private static double gammaStar(double a) {
    double r = 1.0 / (a * a);
    return Math.exp((1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680)))) / a);
  }
}
