package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.infer.Progress;
import org.ppl4j.testing.LeakCheck;

/** Files as spreadsheets and other programs write them: read, or refused with what to do. */
@ExtendWith(LeakCheck.class)
class TableFormatTest {

  private static final double[] NUMBERS = {1.5, -2, 3, 4e-3};

  @TempDir private Path folder;

  private Path write(String text, Charset charset) throws Exception {
    return Files.writeString(folder.resolve("table.csv"), text, charset);
  }

  static Stream<Arguments> files() {
    TableFormat standard = TableFormat.standard();
    return Stream.of(
        Arguments.of("a,b\n1.5,-2\n\n3,4e-3\n\n\n", standard),
        Arguments.of("a,b\r\n1.5,-2\r\n3,4e-3\r\n,\r\n,\r\n", standard),
        Arguments.of("\n\na,b\n1.5,-2\n3,4e-3", standard),
        Arguments.of("a;b\n1.5;-2\n3;4e-3\n", standard),
        Arguments.of("1.5,-2\n3,4e-3\n", standard.withoutHeader("a", "b")),
        Arguments.of("a;b\n1,5;-2\n3;4e-3\n", standard.decimalComma()),
        Arguments.of("a\tb\n1,5\t-2\n3\t,004\n", standard.decimalComma()),
        Arguments.of("a|b\n1.5|-2\n3|4e-3\n", standard.delimiter('|')),
        Arguments.of("\uFEFFa,b\n1.5,-2\n3,4e-3\n", standard),
        Arguments.of("\uFEFF\"a\",\"b\"\n1.5,-2\n3,4e-3\n", standard),
        Arguments.of("\uFEFF1.5,-2\n3,4e-3\n", standard.withoutHeader("a", "b")),
        Arguments.of("\uFEFF\n\na;b\n1.5;-2\n3;4e-3\n", standard),
        Arguments.of("a,b,,\n1.5,-2,,\n3,4e-3,,\n", standard),
        Arguments.of("a,b\n\"1,5\",-2\n3,4e-3\n", standard.decimalComma()));
  }

  @ParameterizedTest
  @MethodSource("files")
  void numbersAreRead(String text, TableFormat format) throws Exception {
    Table table = Table.read(write(text, StandardCharsets.UTF_8), format);

    assertThat(table.names()).containsExactly("a", "b");
    assertThat(table.values()).containsExactly(NUMBERS);
  }

  /** What is a comma in numbers parts no cells of a column alone. */
  @Test
  void aColumnAloneMayHaveCommas() throws Exception {
    Path file = write("a\n1,5\n-2\n3\n4e-3\n", StandardCharsets.UTF_8);

    assertThat(Table.read(file, TableFormat.standard().decimalComma()).values())
        .containsExactly(NUMBERS);
  }

  @Test
  void otherEncodingsAreRead() throws Exception {
    String text = "größe,b\n1.5,-2\n3,4e-3\n";
    for (Charset charset : new Charset[] {StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16}) {
      Table table = Table.read(write(text, charset), TableFormat.standard().charset(charset));

      assertThat(table.names()).containsExactly("größe", "b");
      assertThat(table.values()).containsExactly(NUMBERS);
    }
  }

  private void assertRefused(Path file, TableFormat format, String message) {
    assertThatThrownBy(() -> Table.read(file, format).finite())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message.replace("FILE", "file '" + file + "'"));
  }

  @Test
  void namesMayHoldWhatPartsCells() throws Exception {
    Table table = Table.read(write("\"a;;;\",b\n1.5,-2\n", StandardCharsets.UTF_8));

    assertThat(table.names()).containsExactly("a;;;", "b");
  }

  static Stream<Arguments> bad() {
    TableFormat standard = TableFormat.standard();
    return Stream.of(
        Arguments.of(
            "1.5,-2\n3,4\n",
            standard,
            "FILE has numbers alone in its first line, 1.5, -2, which names the columns; if it is a"
                + " row, pass TableFormat.standard().withoutHeader(…) with 2 names"),
        Arguments.of(
            "1.5\n3\n",
            standard,
            "FILE has numbers alone in its first line, 1.5, which names the columns; if it is a"
                + " row, pass TableFormat.standard().withoutHeader(…) with a name"),
        Arguments.of(
            "a;b\n1;2\n1,5;-2\n3;4\n",
            standard,
            "FILE has the text '1,5' in column 'a' of row 2 (from 1); if that is a number, read the"
                + " file with TableFormat.standard().decimalComma()"),
        Arguments.of(
            "a,colour\n1,red\n2,green\n3,4\n",
            standard,
            "FILE has the text 'red' in column 'colour' of row 1 (from 1); 2 of 3 rows have a text"
                + " there; take them by category(\"colour\"), write numbers for them, or leave the"
                + " column out by without(\"colour\")"),
        Arguments.of(
            "a,b\n1,2\n,\n3,4\n",
            standard,
            "FILE has no value in column 'a' of row 2 (from 1); leave such rows out by"
                + " complete(), or fill it in"),
        Arguments.of(
            "NA,-2\n3,4\n",
            standard,
            "FILE has numbers alone in its first line, NA, -2, which names the columns; if it is a"
                + " row, pass TableFormat.standard().withoutHeader(…) with 2 names"),
        Arguments.of(
            "5.1,setosa\n4.9,setosa\n",
            standard,
            "FILE has the number 5.1 in its first line, 5.1, setosa, which names the columns; if it"
                + " is a row, pass TableFormat.standard().withoutHeader(…) with 2 names"),
        Arguments.of(
            "a;b\n1,000;2\n3;4\n",
            standard,
            "FILE has the text '1,000' in column 'a' of row 1 (from 1); if its marks part"
                + " thousands, take them out; if its comma is a decimal one, read the file with"
                + " TableFormat.standard().decimalComma()"),
        Arguments.of(
            "a;b\n12.000;2,5\n3;4\n",
            standard.decimalComma(),
            "FILE has the text '12.000' in column 'a' of row 1 (from 1); if its marks part"
                + " thousands, take them out"),
        Arguments.of(
            "a;b\n1.5;2,5\n3;4\n",
            standard.decimalComma(),
            "FILE has the text '1.5' in column 'a' of row 1 (from 1); if that is a number, write a"
                + " comma for its point, as the file's format has it"),
        Arguments.of(
            "a,b\n5d,2\n3,4\n",
            standard,
            "FILE has the text '5d' in column 'a' of row 1 (from 1); leave the row out, or fill it"
                + " in"),
        Arguments.of(
            "a b\n1 2\n3 4\n",
            standard,
            "FILE has the text '1 2' in column 'a b' of row 1 (from 1); if that is several cells,"
                + " pass what parts them by TableFormat.standard().delimiter(…)"),
        Arguments.of(
            "a,\n1,2\n",
            standard,
            "FILE has '2' in row 1 (from 1) of column 2, which has no name; give it one"),
        Arguments.of(
            "a,b\n\"1\"x,2\n",
            standard,
            "FILE has a quoted cell that is not well formed (Invalid character between encapsulated"
                + " token and delimiter at line: 2, position: 8); close each quote before the next"
                + " delimiter, and double quotes within a cell"),
        Arguments.of(
            "1,2\n3,4\n",
            standard.withoutHeader("a"),
            "FILE has 2 cells in row 1 (from 1), but 1 columns: the one in column 2 is '2'; quote"
                + " cells that hold a delimiter, and fill short rows"));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void messageSaysWhatToDo(String text, TableFormat format, String message) throws Exception {
    assertRefused(write(text, StandardCharsets.UTF_8), format, message);
  }

  @Test
  void otherEncodingIsNamed() throws Exception {
    assertRefused(
        write("größe,b\n1.5,-2\n", StandardCharsets.ISO_8859_1),
        TableFormat.standard(),
        "FILE is not in UTF-8; pass its encoding by TableFormat.standard().charset(…), or save it"
            + " as UTF-8");
  }

  /**
   * UTF-16 without a mark is UTF-8 with zeros; a wrong byte may stand far behind the first line.
   */
  @Test
  void otherEncodingIsNamedWhereverItShows() throws Exception {
    String message =
        "FILE is not in UTF-8; pass its encoding by TableFormat.standard().charset(…), or save it"
            + " as UTF-8";
    assertRefused(
        write("a,b\n1.5,-2\n", StandardCharsets.UTF_16LE), TableFormat.standard(), message);
    assertRefused(
        write("a,b\n" + "1,2\n".repeat(9999) + "3,é\n", StandardCharsets.ISO_8859_1),
        TableFormat.standard(),
        message);
  }

  @Test
  void namesAreCheckedAtOnce() {
    assertThatThrownBy(() -> TableFormat.standard().withoutHeader())
        .hasMessage("table format has no names; pass one for each column");
    assertThatThrownBy(() -> TableFormat.standard().withoutHeader("a", "a"))
        .hasMessage("table format has column 'a' twice; give each its own name");
  }

  /** Numbers whose squares have no place in a double are numbers all the same. */
  @ParameterizedTest
  @ValueSource(doubles = {1e160, 1e-200, 1e300})
  void numbersOfAnySizeAreLearned(double unit) {
    Random random = new Random(1);
    double[] numbers = new double[1000];
    Arrays.setAll(numbers, i -> unit * (2 + random.nextGaussian()));
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(AffineFlows::normal)
                .training(Training.standard().steps(300).rate(0.03).progress(Progress.silent()))
                .fit(manager.create(numbers))) {
      NDArray at = manager.create(new double[] {2 * unit});

      // The greatest density of a normal distribution; standard errors are 0.02.
      assertThat(density.logProb(at).toDoubleArray()[0])
          .isCloseTo(-0.5 * Math.log(2 * Math.PI) - Math.log(unit), within(0.1));
    }
  }
}
