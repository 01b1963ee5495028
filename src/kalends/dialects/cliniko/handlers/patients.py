"""Patients: listed, shown, made, changed, archived and back."""

from kalends.actions.customers import add, change, find
from kalends.dialects.cliniko.fields.patients import PATIENTS, patient
from kalends.dialects.cliniko.handlers.records import Records
from kalends.dialects.cliniko.parse.patients import parse_patient, parse_patient_change
from kalends.engine.query import Filter

RECORDS = Records("customer", PATIENTS, find.query_customers, patient, customers_of=lambda row, context: (row.id,))

listing = RECORDS.list_pages()
archived = RECORDS.list_pages(Filter("deleted_at", "not_null"))
show = RECORDS.show()
create = RECORDS.create(parse_patient, add.add_customer)
update = RECORDS.update_present(parse_patient_change, change.change_customer)
archive = RECORDS.end(change.remove_customer)
unarchive = RECORDS.act(change.undelete_customer)
