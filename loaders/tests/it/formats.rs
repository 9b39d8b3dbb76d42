//! Web pages and JSON as agencies and their portals serve them.

use std::fs;
use std::path::Path;

use loaders::registry::{Declaration, RegistryFile, read_registry};

const DECLARATION: &str = r#"
state = "wy"
title = "Wyoming"
publisher = "us"
[columns]
state_district_id = "Code"
name = "District"
county = "County"
address = "Address"
[expect]
districts = [1, 1000]
"#;

fn read_as(declaration: &str, name: &str, text: &str) -> RegistryFile {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    let declaration = Declaration::parse("wy", declaration, Path::new("wy.toml")).unwrap();
    read_registry(&path, &declaration).unwrap_or_else(|error| panic!("{error}"))
}

/// Id, name, county and city of each record.
fn read(name: &str, text: &str) -> Vec<[String; 4]> {
    let of_record = |record: &loaders::registry::RegistryRecord| {
        [record.state_district_id.clone(), Some(record.name.clone()), record.county.clone(), record.city.clone()]
            .map(Option::unwrap_or_default)
    };
    read_as(DECLARATION, name, text).records.iter().map(of_record).collect()
}

fn expected(records: &[[&str; 4]]) -> Vec<[String; 4]> {
    records.iter().map(|record| record.map(str::to_owned)).collect()
}

#[test]
fn a_table_inside_a_layout_of_tables_is_read_with_the_cells_that_span_it() {
    let page = "<html><body><table><tr><td>Menu</td></tr><tr><td>News</td></tr><tr><td>Home</td></tr><tr><td>
        <table><tr><th>County<th>Code<th>District<th>Address</tr>
        <tr><td rowspan=2>Albany<td>01<td>Laramie<td>1 Elm St<br>Laramie, WY 82070</tr>
        <tr><td>02<td>Rock&nbsp;River<td><p>2 Oak St</p><p>Rock River WY 82083</p></tr>
        <tr><td colspan=1>Big <b>Horn</b><td>03<td>Cowley<td>Cowley, WY 82420</tr></table>
        </td></tr></table></body></html>";
    let records = expected(&[
        ["01", "Laramie", "Albany", "Laramie"],
        ["02", "Rock River", "Albany", "Rock River"],
        ["03", "Cowley", "Big Horn", "Cowley"],
    ]);
    assert_eq!(read("wy.xls", page), records);
}

#[test]
fn a_page_with_a_table_for_each_county_is_one_list() {
    let head = "<tr><th>Code</th><th>District</th><th>County</th><th>Address</th></tr>";
    let row = |number: usize| format!("<tr><td>{number}</td><td>District {number}</td><td>C</td><td></td></tr>");
    let table = |rows: std::ops::Range<usize>| format!("<table>{head}{}</table>", rows.map(row).collect::<String>());
    let page = format!("<html>{}<h2>Next</h2>{}<table><tr><td>other</table></html>", table(1..3), table(3..8));
    let ids: Vec<String> = read("wy.html", &page).into_iter().map(|[id, ..]| id).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "5", "6", "7"]);
}

#[test]
fn a_page_whose_cells_claim_to_span_thousands_does_not_grow() {
    let head = "<tr><th>Code</th><th>District</th><th>County</th><th>Address</th><th>Note</th></tr>";
    let long = "x".repeat(10_000);
    let first = format!("<tr><td>0<td>A<td>B<td>C<td rowspan=65000 colspan=60000>{long}</tr>");
    let rows: String = (1..1000).map(|number| format!("<tr><td>{number}<td>A<td>B<td>C</tr>")).collect();
    let page = format!("<html><table>{head}{first}{rows}</table></html>");
    let file = read_as(DECLARATION, "wy.html", &page);
    assert_eq!(file.records.len(), 1000);
    let grown: usize = file.records.iter().map(|record| record.raw.to_string().len()).sum();
    assert!(grown < 5 * page.len(), "{grown} of {}", page.len());
}

const RECORDS: [[&str; 4]; 2] = [["01", "Laramie", "Albany", ""], ["02", "Cowley", "Big Horn", ""]];

#[test]
fn json_is_found_where_portals_put_it() {
    let portals = [
        r#"[{"Code": "01", "District": "Laramie", "County": "Albany", "Address": null},
            {"Code": "02", "District": "Cowley", "County": "Big Horn", "Address": ""}]"#,
        r#"{"total": 2, "links": ["a", "b", "c"], "result": {"records": [
            {"Code": "01", "District": "Laramie", "County": "Albany", "Address": null},
            {"Code": "02", "District": "Cowley", "County": "Big Horn", "Address": ""}]}}"#,
        r#"[["Code", "District", "County", "Address"], ["01", "Laramie", "Albany", null], ["02", "Cowley", "Big Horn", ""]]"#,
        r#"{"meta": {"view": {"columns": [{"name": "Code"}, {"name": "District"}, {"name": "County"}, {"name": "Address"}]}},
            "data": [["01", "Laramie", "Albany", null], ["02", "Cowley", "Big Horn", ""]]}"#,
    ];
    for portal in portals {
        assert_eq!(read("wy.json", portal), expected(&RECORDS), "{portal}");
    }
}

#[test]
fn what_is_inside_a_record_has_a_name_of_two_words() {
    let declaration = ["Code", "District", "County", "Address"].iter().fold(DECLARATION.to_owned(), |text, key| {
        text.replace(&format!("\"{key}\""), &format!("\"properties.{key}\""))
    });
    let map = r#"{"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]},
         "properties": {"Code": "01", "District": "Laramie", "County": "Albany", "Address": "Laramie, WY 82070"}}]}"#;
    let file = read_as(&declaration, "wy.geojson", map);
    let record = &file.records[0];
    assert_eq!((record.name.as_str(), record.city.as_deref()), ("Laramie", Some("Laramie")));
    assert_eq!(record.raw["geometry.coordinates"], "[1,2]");
}

#[test]
fn a_workbook_of_2003_and_elements_are_tables() {
    let cell = |text: &str| format!("<Cell><Data ss:Type=\"String\">{text}</Data></Cell>");
    let row = |cells: [&str; 4]| format!("<Row>{}</Row>", cells.map(cell).concat());
    let workbook = format!(
        "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>
        <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">
        <Worksheet ss:Name=\"Notes\"><Table><Row><Cell><Data>Districts</Data></Cell></Row></Table></Worksheet>
        <Worksheet ss:Name=\"List\"><Table><Row><Cell ss:MergeAcross=\"3\"><Data>As of May</Data></Cell></Row>{}{}
        <Row><Cell><Data>02</Data></Cell><Cell><Data>Cow<B>l</B>ey</Data></Cell><Cell ss:Index=\"4\"><Data>Cowley, WY 82420</Data></Cell></Row>
        </Table></Worksheet></Workbook>",
        row(["Code", "District", "County", "Address"]),
        row(["01", "Ft. St. &amp; Co&#241;on", "Albany", ""]),
    );
    let records = [["01", "Ft. St. & Coñon", "Albany", ""], ["02", "Cowley", "", "Cowley"]];
    assert_eq!(read("wy.xls", &workbook), expected(&records));

    let elements =
        "<?xml version=\"1.0\"?><list><made>today</made><unit Code=\"01\"><District>Laramie</District><County/></unit>
        <unit Code=\"02\"><District><![CDATA[Cowley]]></District><County>Big Horn</County></unit></list>";
    let found = read("wy.xml", &elements.replace("<County/>", "<County>Albany</County><Address/>"));
    assert_eq!(found, expected(&RECORDS));
}

#[test]
fn a_header_on_every_page_is_no_record() {
    let text = "Code,District,County,Address\n01,Laramie,Albany,\nCode,District,County,Address\n02,Cowley,Big Horn,\n";
    assert_eq!(read("wy.csv", text), expected(&RECORDS));
}

#[test]
fn headings_of_sections_and_notes_are_no_bad_rows() {
    let text = "Code,District,County,Address\nRegion 1,,,\n01,Laramie,Albany,\n,Region 2,,\n02,Cowley,Big Horn,\nSource: DOE,,,\n";
    let file = read_as(DECLARATION, "wy.csv", text);
    assert_eq!((file.records.len(), file.dropped, file.bad_rows), (2, 3, Vec::new()));
}
