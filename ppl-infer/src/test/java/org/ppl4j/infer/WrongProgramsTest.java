package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** Each wrong program is refused by the end of its first execution, in words that are whole. */
@ExtendWith(LeakCheck.class)
class WrongProgramsTest {

  /** What an error says, without the tables of sites behind it; empty if there is none. */
  private static Optional<String> said(Consumer<WrongBench> deed) {
    try (WrongBench bench = new WrongBench()) {
      deed.accept(bench);
      return Optional.empty();
    } catch (IllegalArgumentException | IllegalStateException e) {
      return Optional.of(Splitter.on('\n').split(String.valueOf(e.getMessage())).iterator().next());
    }
  }

  @ParameterizedTest
  @EnumSource
  void isRefused(WrongProgram wrong) {
    assertThat(said(wrong::commit)).contains(wrong.text());
  }

  /** What looks like it and is right; the law would see that a wrong program passes. */
  @ParameterizedTest
  @EnumSource
  void isNotRefused(RightProgram right) {
    assertThat(said(right::run)).isEmpty();
  }

  @Test
  @Tag("acceptance")
  @Tag("sound.4")
  void wrongProgramsAreRefused() {
    AcceptancePoint point = new AcceptancePoint("sound.4");
    int refused = 0;
    for (WrongProgram wrong : WrongProgram.values()) {
      assertThat(said(wrong::commit)).contains(wrong.text());
      refused++;
    }
    int passed = 0;
    for (RightProgram right : RightProgram.values()) {
      assertThat(said(right::run)).as("%s", right).isEmpty();
      passed++;
    }
    point.atLeast("wrong programs refused, each in the words expected", refused, 40);
    point.shown("right programs that look like them, of which none is refused", passed);
  }
}
