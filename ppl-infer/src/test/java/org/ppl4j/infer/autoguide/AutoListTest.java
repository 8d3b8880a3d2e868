package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.autoguide.SiteZoo.ZOO;
import static org.ppl4j.infer.autoguide.SiteZoo.begin;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.testing.WithStore;

/** Guides of groups of sites. */
class AutoListTest extends WithStore {

  /** Of site s alone. */
  private static final Program<Void> BY_HAND =
      (p, none) -> {
        try (Plate columns = p.plate("columns", 4)) {
          NDArray scale = p.param("own", () -> p.scalar(0.3), Constraint.POSITIVE);
          p.sample("s", LogNormal.of(0, scale));
        }
      };

  private static AutoList<Void> list() {
    return AutoList.of(ZOO)
        .group(AutoMultivariateNormal.of(ZOO), "w", "u")
        .group(BY_HAND, "s")
        .rest(AutoDelta.of(ZOO));
  }

  @Test
  void eachPartDrawsItsGroup() {
    begin(list(), params, 1);

    assertThat(params.names())
        .containsExactly("auto.0.loc", "auto.0.scaleTril", "own", "auto.2.b", "auto.2.t");
    assertThat(list().toString())
        .isEqualTo("AutoList[0, AutoMultivariateNormal, 1, a program, 2, AutoDelta]");
  }

  @Test
  void aPrefixOfOnesOwnStays() {
    begin(
        AutoList.of(ZOO).group(AutoNormal.of(ZOO).prefix("mine"), "w").rest(AutoNormal.of(ZOO)),
        params,
        1);

    assertThat(params.names())
        .containsExactly("mine.loc", "mine.scale", "auto.1.loc", "auto.1.scale");
  }

  @Test
  void mediansAreThoseOfGuides() {
    AutoList<Void> guide = list();
    begin(guide, params, 1);

    Map<String, double[]> medians = guide.median(params);

    assertThat(medians.keySet()).containsExactly("w", "u", "b", "t");
    assertThat(medians.get("t")).isEqualTo(params.value("auto.2.t"));
  }

  /** Two numbers far from 0 that depend on each other, and a third. */
  private static final Program<NDArray> FAR =
      (p, y) -> {
        NDArray a = p.sample("a", Normal.of(0, 1e5));
        NDArray b = p.sample("b", Normal.of(a, 30));
        NDArray c = p.sample("c", Normal.of(2, 3));
        p.observe("ya", Normal.of(a, 40), y.get(0));
        p.observe("yb", Normal.of(b.add(c), 40), y.get(1));
      };

  /** Each is nearest to its part of the normal posterior: the widths are those given the others. */
  @Test
  void partsBeginAtTheStartOfTheWhole() {
    NDArray y = manager.create(new double[] {5e4, 5e4 + 60});
    AutoList<NDArray> guide =
        AutoList.of(FAR).group(AutoMultivariateNormal.of(FAR), "a", "b").rest(AutoNormal.of(FAR));
    try (Svi<NDArray> svi =
        Svi.builder(FAR, guide).params(params).progress(Progress.silent()).build()) {
      svi.step(y);
    }
    Map<String, double[]> medians = guide.median(params);
    assertThat(medians.get("a")[0]).isCloseTo(5e4, within(60.0));
    assertThat(medians.get("c")[0]).isCloseTo(2, within(0.5));
    assertThat(params.buffers().has("auto.0.start.scaleTril")).isTrue();
    assertThat(params.buffers().has("auto.1.start.deviations")).isTrue();
  }

  @Nested
  class Mistakes {

    private void refuses(Program<Void> guide, String message) {
      assertThatThrownBy(() -> begin(guide, params, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }

    @Test
    void aSiteInNoGroup() {
      refuses(
          AutoList.of(ZOO).group(AutoNormal.of(ZOO), "w", "u", "t").group(BY_HAND, "s"),
          "sample site 'b' is in no group of guide 'AutoList', whose groups have [w, u, t, s]; name"
              + " it in one, or add rest(guide)");
    }

    @Test
    void aSiteInTwoGroups() {
      AutoList<Void> one = AutoList.of(ZOO).group(AutoNormal.of(ZOO), "w", "u");
      assertThatThrownBy(() -> one.group(AutoDelta.of(ZOO), "b", "u"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "sample site 'u' is in group 0 and in group 1 of guide 'AutoList'; name it in one");
    }

    @Test
    void aSiteThatThereIsNot() {
      refuses(
          AutoList.of(ZOO).group(AutoNormal.of(ZOO), "ww").rest(AutoNormal.of(ZOO)),
          "guide 'AutoList' has a group of site 'ww', but the model has no such latent site; its"
              + " latent sites are [w, u, b, s, t]");
    }

    @Test
    void aProgramThatDrawsAnotherSite() {
      refuses(
          AutoList.of(ZOO).group(BY_HAND, "u").rest(AutoNormal.of(ZOO)),
          "sample site 's' is drawn by part 0, a program of guide 'AutoList', which has [u]; leave"
              + " it out there, or name it in that group alone");
    }

    @Test
    void aProgramThatDoesNotDrawASite() {
      refuses(
          AutoList.of(ZOO).group(BY_HAND, "s", "u").rest(AutoNormal.of(ZOO)),
          "sample site 'u' is in group 0, a program of guide 'AutoList', but its guide does not"
              + " draw it; draw it there, or name it in another group");
    }

    @Test
    void aProgramOfTheRestThatDrawsASiteOfAGroup() {
      refuses(
          AutoList.of(ZOO).group(AutoNormal.of(ZOO), "w", "u", "b", "t", "s").rest(BY_HAND),
          "sample site 's' is drawn by part 1, a program of guide 'AutoList', which has the rest;"
              + " leave it out there, or name it in that group alone");
    }

    @Test
    void groupsBehindTheRest() {
      AutoList<Void> whole = AutoList.of(ZOO).rest(AutoNormal.of(ZOO));
      assertThatThrownBy(() -> whole.group(BY_HAND, "s"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "guide 'AutoList' has a guide of the rest already; name all groups before it");
      assertThatThrownBy(() -> AutoList.of(ZOO).group(BY_HAND))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("group 0 of guide 'AutoList' has no site; name one");
    }
  }
}
