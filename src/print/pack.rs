//! Several files as one: a ZIP file (APPNOTE 6.3.10) that stores them as they are, dated by what they hold.

use entity::vocabulary::Instant;

/// Packs these files, in this order, under these names.
///
/// # Errors
/// More, or larger, than the format holds without its extensions.
pub fn pack(files: &[(&str, &[u8])], dated: Instant) -> Result<Vec<u8>, std::num::TryFromIntError> {
    let mut packed = Vec::new();
    let mut directory = Vec::new();
    for (name, bytes) in files {
        let at = u32::try_from(packed.len())?;
        let described = described(name, bytes, dated)?;
        packed.extend(b"PK\x03\x04");
        packed.extend(&described);
        packed.extend(name.as_bytes());
        packed.extend(*bytes);
        // Made by version 2.0 of the format; no comment, first disk, no attributes.
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&described);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (count, at) = (u16::try_from(files.len())?, u32::try_from(packed.len())?);
    let size = u32::try_from(directory.len())?;
    packed.extend(&directory);
    packed.extend(b"PK\x05\x06\0\0\0\0");
    packed.extend(count.to_le_bytes());
    packed.extend(count.to_le_bytes());
    packed.extend(size.to_le_bytes());
    packed.extend(at.to_le_bytes());
    packed.extend([0; 2]);
    Ok(packed)
}

/// What is said of a file before it and in the directory alike.
fn described(name: &str, bytes: &[u8], dated: Instant) -> Result<Vec<u8>, std::num::TryFromIntError> {
    let size = u32::try_from(bytes.len())?.to_le_bytes();
    let mut described = Vec::new();
    // Needs version 2.0; names are UTF-8; stored.
    described.extend([20, 0, 0, 8, 0, 0]);
    described.extend(date(dated));
    described.extend(checksum(bytes).to_le_bytes());
    described.extend(size);
    described.extend(size);
    described.extend(u16::try_from(name.len())?.to_le_bytes());
    described.extend([0; 2]);
    Ok(described)
}

/// CRC-32 (ISO 3309).
fn checksum(bytes: &[u8]) -> u32 {
    let of = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    };
    !bytes.iter().fold(u32::MAX, of)
}

/// As DOS wrote it, to two seconds: the time, then the day.
fn date(instant: Instant) -> [u8; 4] {
    let written = instant.to_string();
    let part = |from: usize, to: usize| {
        written.get(from..to).and_then(|text| text.parse::<u16>().ok()).unwrap_or_default()
    };
    let time = part(11, 13) << 11 | part(14, 16) << 5 | part(17, 19) >> 1;
    let day = part(0, 4).saturating_sub(1980) << 9 | part(5, 7) << 5 | part(8, 10);
    let ([a, b], [c, d]) = (time.to_le_bytes(), day.to_le_bytes());
    [a, b, c, d]
}
