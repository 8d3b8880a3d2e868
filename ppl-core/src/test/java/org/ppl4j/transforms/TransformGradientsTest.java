package org.ppl4j.transforms;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.LeafOnly;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.GradientLaw;
import org.ppl4j.testing.GradientLaw.Judged;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.TransformCase;
import org.ppl4j.testing.TransformCases;
import org.ppl4j.testing.TransformGradients;

/** {@link TransformGradients} of every row of the table. */
@ExtendWith(LeakCheck.class)
class TransformGradientsTest {

  private static List<TransformCase> firsts() {
    return TransformCases.all().stream().filter(TransformGradients::isFirst).toList();
  }

  /** Each row, behind another one each. */
  static Stream<Arguments> cases() {
    List<TransformCase> all = TransformCases.all();
    List<TransformCase> firsts = firsts();
    return IntStream.range(0, all.size())
        .mapToObj(
            i ->
                Arguments.of(
                    Named.of(all.get(i).name(), all.get(i)), firsts.get(i % firsts.size())));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfDifferences(TransformCase row, TransformCase first) {
    TransformGradients.forward(row, GradientLaw::check);
    TransformGradients.inverse(row, GradientLaw::check);
    TransformGradients.behind(row, first, GradientLaw::check);
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.1")
  void gradientsBehindEveryTransform() {
    AcceptancePoint point = new AcceptancePoint("trust.1");
    Judged judged = Judged.NONE;
    int pairs = 0;
    for (TransformCase row : TransformCases.all()) {
      for (TransformCase first : firsts()) {
        judged = judged.plus(TransformGradients.behind(row, first, GradientLaw::check));
        pairs++;
      }
    }
    point.shown("derivatives of transforms judged", judged.moving());
    point.none("wrong gradients of " + pairs + " transforms behind another");
  }

  /** exp, whose gradient is lost unless its input is a leaf. */
  private static final class Cut extends Transform {

    @Override
    protected Mapped doForward(NDArray x) {
      return Bijections.exp().forward(LeafOnly.cut(x));
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      return Bijections.exp().inverse(y);
    }
  }

  @Test
  void aGradientCutBehindAnotherLayerIsCaught() {
    TransformCase row = TransformCase.of("cut", run -> new Cut(), 1, -1, 0.5, 2);
    TransformCase affine = TransformCase.of("affine", run -> Bijections.affine(0.3, 2), 1, 0);

    assertThatThrownBy(() -> TransformGradients.forward(row, GradientLaw::check))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("gradient of cut forward in inputs that arrives as RESULT");
    assertThatThrownBy(() -> TransformGradients.behind(row, affine, GradientLaw::check))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("gradient of cut behind affine in inputs that arrives as LEAF");
  }
}
