package org.ppl4j.infer.density;

import com.google.common.base.Ascii;
import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableSet;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/** What the text of a cell says: a number, a date, nothing, or something else. */
final class CellText {

  private static final ImmutableSet<String> MISSING =
      ImmutableSet.of("", "na", "nan", "n/a", "#n/a", "null");

  private static final CharMatcher DIGITS = CharMatcher.inRange('0', '9');

  /** A number with a decimal comma. */
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[-+]?\\d*,\\d+([eE][-+]?\\d+)?");

  /** A number whose thousands are parted. */
  private static final Pattern THOUSANDS =
      Pattern.compile("[-+]?\\d{1,3}([.,'’ \u00a0]\\d{3})+([.,]\\d+)?");

  /** A date, or what may be one with a time. */
  private static final Pattern DATE = Pattern.compile("[-+]?\\d{4,}-\\d\\d-\\d\\d([T ].*)?");

  private static final MathContext SHOWN = new MathContext(6);

  /** The longest number that is written without an exponent. */
  private static final int LONGEST = 12;

  private static final double MICROS_A_DAY = 86_400e6;

  private CellText() {}

  /** A number for reading: of six digits at most, without zeros at its end. */
  static String shown(double number) {
    return Double.isFinite(number)
        ? plain(new BigDecimal(number, SHOWN).stripTrailingZeros())
        : Double.toString(number);
  }

  /** Without an exponent where that is no longer. */
  private static String plain(BigDecimal number) {
    String plain = number.toPlainString();
    return plain.length() <= LONGEST ? plain : number.toString();
  }

  /** Whether there is nothing. */
  static boolean isMissing(String cell) {
    return MISSING.contains(Ascii.toLowerCase(cell));
  }

  /** Whether it is a whole number behind a 0 that says nothing, as a postal code may be. */
  static boolean isCode(String text) {
    return text.length() > 1 && text.charAt(0) == '0' && DIGITS.matchesAllOf(text);
  }

  /** Whether it is a number with a decimal comma. */
  static boolean isDecimalComma(String text) {
    return DECIMAL_COMMA.matcher(text).matches();
  }

  /** Whether it is a number with a decimal point. */
  static boolean isDecimalPoint(String text) {
    return isDecimalComma(text.replace('.', ',')) && text.indexOf('.') >= 0;
  }

  /** Whether it is a number some of whose marks part thousands, or may do so. */
  static boolean hasThousands(String text) {
    return THOUSANDS.matcher(text).matches();
  }

  /** Whether it is a number that is written in another way than its format has it. */
  static boolean isOtherNumber(String text) {
    return isDecimalComma(text) || isDecimalPoint(text) || hasThousands(text);
  }

  /** Whether it is a number. */
  static boolean isNumber(String cell, TableFormat format) {
    return !Double.isNaN(number(cell, format));
  }

  /** The number that it is; NaN if it is none. */
  static double number(String cell, TableFormat format) {
    if (isMissing(cell)) {
      return Double.NaN;
    }
    if (format.hasDecimalComma()) {
      if (isDecimalComma(cell)) {
        return Double.parseDouble(cell.replace(',', '.'));
      }
      if (cell.indexOf('.') >= 0) { // of thousands, or decimal all the same
        return Double.NaN;
      }
    }
    try {
      return switch (Ascii.toLowerCase(cell)) {
        case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
        case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
        default -> isOfJava(cell) ? Double.NaN : Double.parseDouble(cell);
      };
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** Whether only Java takes it for a number, as 5d and 0x1p3. */
  private static boolean isOfJava(String cell) {
    return cell.indexOf('x') >= 0
        || cell.indexOf('X') >= 0
        || Character.isLetter(cell.charAt(cell.length() - 1));
  }

  /**
   * The days since 1970-01-01 of a date, or of a date and a time, as ISO 8601 writes them; NaN if
   * it is none. The time may stand behind a blank, and be of a zone: then it is that of UTC.
   */
  static double days(String text) {
    if (!DATE.matcher(text).matches()) {
      return Double.NaN;
    }
    try {
      int date = text.indexOf('-', text.indexOf('-', 1) + 1) + 3;
      if (text.length() == date) {
        return LocalDate.parse(text).toEpochDay();
      }
      String iso = text.substring(0, date) + 'T' + text.substring(date + 1);
      String time = iso.substring(date);
      boolean isOfZone = time.endsWith("Z") || time.indexOf('+') > 0 || time.indexOf('-') > 0;
      LocalDateTime local =
          isOfZone
              ? OffsetDateTime.parse(iso).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
              : LocalDateTime.parse(iso);
      double micros =
          ChronoUnit.MICROS.between(local.toLocalDate().atStartOfDay(), local) / MICROS_A_DAY;
      return local.toLocalDate().toEpochDay() + micros;
    } catch (DateTimeException e) {
      return Double.NaN;
    }
  }

  /** The date, and the time to a microsecond if there is one, as ISO 8601 writes them. */
  static String date(double days) {
    double day = Math.floor(days);
    long micros = Math.round((days - day) * MICROS_A_DAY);
    LocalDateTime time =
        LocalDate.ofEpochDay((long) day)
            .atStartOfDay()
            .plus(Duration.of(micros, ChronoUnit.MICROS));
    return micros == 0 ? time.toLocalDate().toString() : time.toString();
  }
}
